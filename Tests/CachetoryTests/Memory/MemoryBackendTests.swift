import Cachetory
import CachetoryLocking
import CachetoryTestSupport
import Foundation
import Testing

/// What the memory backends do beyond what all backends do.
@Suite(.timeLimit(.minutes(5))) struct MemoryBackendTests {
    @Test(arguments: [0, -1, Int.min])
    func `a limit of nothing holds nothing`(_ limit: Int) throws {
        for limit in [.entries(limit), .cost(limit) { _, _ in 1 }] as [MemoryBackendLimit<Int>] {
            let backend = SyncMemoryBackend<Int>(limit: limit)
            #expect(try backend.set("key", to: 1))
            #expect(try backend.get("key") == nil)
            #expect(backend.count == 0)
        }
    }

    /// Locks are made of it: nobody may be told to have one that nobody holds.
    @Test func `a value that cannot be kept is never set if it does not exist`() async throws {
        for limit in [.entries(0), .cost(10) { _, value in value }] as [MemoryBackendLimit<Int>] {
            let backend = AsyncMemoryBackend<Int>(limit: limit)
            let blocking = SyncMemoryBackend<Int>(sharing: backend)
            let caches = (
                AsyncCache<Int>(backend: backend, serializer: NoOpCacheSerializer(), prefix: "a:"),
                SyncCache<Int>(backend: blocking, serializer: NoOpCacheSerializer(), prefix: "b:")
            )
            for _ in 0..<2 {
                #expect(try await backend.set("key", to: 11, ifNotExists: true) == false)
                #expect(try await backend.set("key", to: 11, timeToLive: .seconds(1), ifNotExists: true) == false)
                #expect(try blocking.set("key", to: 11, ifNotExists: true) == false)
                #expect(try await caches.0.set("key", to: 11, ifNotExists: true) == false)
                try await onThread { () throws -> Void in
                    #expect(try caches.1.set("key", to: 11, ifNotExists: true) == false)
                }
            }
            // Who does not ask gets a store that evicts at once.
            #expect(try await backend.set("key", to: 11))
            try await backend.setMany([("key", 11), ("other", 11)])
            #expect(backend.count == 0)
        }
        let lock = cached(in: SyncCache<Int>.memory(limit: .entries(0)), key: .readable("f"), ifNotExists: true) {
            (number: Int) throws in number
        }
        try await onThread { () throws -> Void in #expect(try lock(1) == 1) }
    }

    @Test func `what displaces many leaves the store within its limit, whoever else sets`() async throws {
        let limit = 3000
        let backend = SyncMemoryBackend<Int>(limit: .cost(limit) { _, value in value })
        try await onThreads(6) { thread in
            var random = SeededGenerator(seed: UInt64(thread))
            for round in 0..<300 {
                let key = "\(Int.random(in: 0..<4000, using: &random))"
                switch round % 10 {
                case 0: try backend.set(key, to: Int.random(in: 1...limit, using: &random))
                case 1:
                    try backend.setMany((0..<20).map { ("\(thread):\($0)", Int.random(in: 1...200, using: &random)) })
                case 2: try backend.delete(key)
                default: try backend.setMany((0..<50).map { ("\(key)-\($0)", 1) })
                }
            }
        }
        try backend.set("last", to: 1)
        var keys = (0..<4000).flatMap { key in ["\(key)"] + (0..<50).map { "\(key)-\($0)" } } + ["last"]
        keys += (0..<6).flatMap { thread in (0..<20).map { "\(thread):\($0)" } }
        let values = try backend.getMany(keys).map(\.value)
        #expect(values.reduce(0, +) <= limit)
        #expect(backend.count == values.count)
    }

    @Test func `a hundred thousand entries stay unless all are to`() throws {
        let items = (0..<100_010).map { (key: "\($0)", value: $0) }
        let standard = SyncMemoryBackend<Int>()
        try standard.setMany(items)
        #expect(standard.count == 100_000)
        let unlimited = SyncMemoryBackend<Int>(limit: .unlimited)
        try unlimited.setMany(items)
        #expect(unlimited.count == 100_010)
    }

    @Test func `cost is what the closure says`() throws {
        let backend = SyncMemoryBackend<String>(limit: .cost(100) { key, value in key.utf8.count + value.utf8.count })
        try backend.set("a", to: String(repeating: "a", count: 49))
        try backend.set("b", to: String(repeating: "b", count: 49))
        #expect(try backend.getMany(["a", "b"]).count == 2)
        try backend.set("c", to: "c")
        #expect(try backend.get("c") == "c")
        #expect(backend.count == 2)
    }

    @Test(arguments: [0, -5, Int.min])
    func `an entry costs at least 1`(_ cost: Int) throws {
        let backend = SyncMemoryBackend<Int>(limit: .cost(10) { _, _ in cost })
        for number in 0..<20 { try backend.set("\(number)", to: number) }
        #expect(backend.count == 10)
    }

    @Test func `an enormous cost is no overflow`() throws {
        let backend = SyncMemoryBackend<Int>(limit: .cost(.max) { _, _ in .max })
        try backend.set("a", to: 1)
        try backend.set("b", to: 2)
        #expect(try backend.getMany(["a", "b"]).map(\.value) == [2])
    }

    @Test func `both kinds of backend can share a store`() async throws {
        let blocking = SyncMemoryBackend<Int>()
        let asynchronous = AsyncMemoryBackend(sharing: blocking)
        let again = SyncMemoryBackend(sharing: asynchronous)
        try await asynchronous.set("key", to: 1)
        #expect(try blocking.get("key") == 1)
        #expect(try again.get("key") == 1)
        await asynchronous.close()
        #expect(throws: CacheBackendError.closed) { try again.get("key") }
    }

    @Test func `a key expires on the real clock`() async throws {
        let backend = AsyncMemoryBackend<Int>()
        let start = ContinuousClock.now
        try await backend.set("key", to: 1, timeToLive: .milliseconds(20))
        while try await backend.get("key") != nil { await Task.yield() }
        #expect(ContinuousClock.now - start >= .milliseconds(20))
    }

    @Test func `a key stays to the end of its time, and no longer`() async throws {
        let clock = ManualClock()
        let backend = AsyncMemoryBackend<Int>(clock: clock, date: { clock.date })
        try await backend.set("key", to: 1, timeToLive: .milliseconds(10))
        clock.advance(by: .milliseconds(10) - .nanoseconds(1))
        #expect(try await backend.get("key") == 1)
        clock.advance(by: .nanoseconds(1))
        #expect(try await backend.get("key") == nil)
    }

    @Test func `what stays for ever outlasts every clock`() async throws {
        let clock = ManualClock()
        let backend = AsyncMemoryBackend<Int>(clock: clock, date: { clock.date })
        try await backend.set("eternal", to: 1)
        try await backend.set("mortal", to: 2, timeToLive: .seconds(3600))
        clock.advance(by: .seconds(Int64.max))
        #expect(try await backend.removeExpired() == 1)
        #expect(try await backend.get("eternal") == 1)
    }

    @Test func `setting the calendar's clock does not move a deadline`() async throws {
        let clock = ManualClock()
        let calendar = Lock(Date(timeIntervalSince1970: 1_700_000_000))
        let backend = AsyncMemoryBackend<Int>(clock: clock, date: { calendar.withLock { $0 } })
        try await backend.set("key", to: 1)
        try await backend.expire("key", at: calendar.withLock { $0 } + 10)
        calendar.withLock { $0 += 1_000_000 }
        clock.advance(by: .seconds(9))
        #expect(try await backend.get("key") == 1)
        clock.advance(by: .seconds(1))
        #expect(try await backend.get("key") == nil)
    }

    @Test func `expired keys can be freed at once`() throws {
        let clock = ManualClock()
        let backend = SyncMemoryBackend<Int>(limit: .unlimited, clock: clock, date: { clock.date })
        try backend.setMany((0..<5000).map { ("\($0)", $0) }, timeToLive: .seconds(1))
        try backend.set("eternal", to: 0)
        #expect(try backend.removeExpired() == 0)
        clock.advance(by: .seconds(1))
        #expect(try backend.removeExpired() == 5000)
        #expect(backend.count == 1)
        #expect(try backend.get("eternal") == 0)
    }

    /// Asks the backend for something when it is released, as user code might.
    final class Nosy: Sendable {
        let backend: SyncMemoryBackend<Nosy>

        init(_ backend: SyncMemoryBackend<Nosy>) { self.backend = backend }

        deinit { _ = try? backend.get("other") }
    }

    @Test func `values are released where no lock is held`() async throws {
        try await onThreads(1) { _ in
            let backend = SyncMemoryBackend<Nosy>(limit: .entries(2))
            for key in ["a", "b", "c", "d", "d"] { try backend.set(key, to: Nosy(backend)) }
            try backend.delete("d")
            try backend.set("e", to: Nosy(backend), timeToLive: .zero)
            try backend.setMany([("e", Nosy(backend)), ("f", Nosy(backend)), ("e", Nosy(backend))])
            try backend.expire("e", in: .zero)
            try backend.clear()
            try backend.set("g", to: Nosy(backend))
            backend.close()
            #expect(backend.count == 0)
        }
    }

    @Test func `eight threads lose nothing`() async throws {
        let backend = SyncMemoryBackend<String>(limit: .unlimited)
        try await onThreads(8) { thread in
            for round in 0..<500 {
                let key = "\(thread):\(round)"
                try backend.set(key, to: "value of \(key)", timeToLive: round % 2 == 0 ? nil : .seconds(60))
                #expect(try backend.get(key) == "value of \(key)")
                if round % 5 == 0 { #expect(try backend.delete(key)) }
            }
        }
        #expect(backend.count == 8 * 400)
        for thread in 0..<8 {
            for round in 0..<500 {
                let key = "\(thread):\(round)"
                #expect(try backend.get(key) == (round % 5 == 0 ? nil : "value of \(key)"))
            }
        }
    }

    @Test func `eight threads never read another key's value from a full store`() async throws {
        let backend = SyncMemoryBackend<String>(limit: .entries(50))
        try await onThreads(8) { thread in
            var random = SeededGenerator(seed: UInt64(thread))
            for _ in 0..<2000 {
                let key = "\(Int.random(in: 0..<200, using: &random))"
                if let value = try backend.get(key) {
                    #expect(value == "value of \(key)")
                } else {
                    try backend.set(key, to: "value of \(key)", timeToLive: .seconds(60))
                }
            }
        }
        #expect(backend.count == 50)
    }
}
