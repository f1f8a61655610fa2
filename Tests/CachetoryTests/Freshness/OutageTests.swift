import CachetoryRedis
import Foundation
import Testing

@testable import Cachetory

/// What a cache does while its backend fails.
@Suite(.timeLimit(.minutes(2))) struct OutageTests {
    typealias Kind = FreshCache.Kind

    @Test(arguments: Kind.allCases)
    func `errors are the callers' unless said otherwise`(kind: Kind) async throws {
        for freshness in [nil, Freshness(grace: .seconds(60))] {
            let backend = SwitchedBackend()
            let cache = FreshCache(kind, backend, freshness)
            try await cache.set("key", to: "old")
            backend.become(.down)
            await #expect(throws: RedisCallError.self) { try await cache.get("key") }
            await #expect(throws: RedisCallError.self) { try await cache.getOrSet("key", Work("new")) }
            await #expect(throws: RedisCallError.self) { try await cache.set("key", to: "new") }
            await #expect(throws: RedisCallError.self) { try await cache.delete("key") }
            backend.become(.full)
            await #expect(throws: RedisCallError.self) { try await cache.getOrSet("other", Work("new")) }
        }
    }

    @Test(arguments: Kind.allCases)
    func `values are computed, once for all callers at a time, and the observer is told`(kind: Kind) async throws {
        let backend = SwitchedBackend()
        let cache = FreshCache(kind, backend, Freshness(onBackendError: .compute))
        try await cache.set("key", to: "old")
        backend.become(.down)
        let work = Work("new", isHeld: true)
        let callers = (0..<20).map { _ in Task { try await cache.getOrSet("key", work) } }
        await eventually { cache.callers == 20 }
        work.release()
        for caller in callers { #expect(try await caller.value == "new") }
        #expect(work.count == 1)
        #expect(backend.counters.current.errors >= 21)
        #expect(try await cache.getOrSetMany(["a", "b"], Work("x")) == ["a": "x", "b": "x"])
        // Who cannot compute has nothing.
        await #expect(throws: RedisCallError.self) { try await cache.get("key") }
        await #expect(throws: RedisCallError.self) { try await cache.getMany(["key"]) }
        backend.become(.up)
        #expect(try await cache.get("key") == "old")
    }

    @Test(arguments: Kind.allCases)
    func `a value that cannot be stored reaches its callers`(kind: Kind) async throws {
        let backend = SwitchedBackend()
        let cache = FreshCache(kind, backend, Freshness(onBackendError: .compute))
        backend.become(.full)
        #expect(try await cache.getOrSet("key", Work("new")) == "new")
        #expect(try await cache.getOrSetMany(["key", "other"], Work("many")) == ["key": "many", "other": "many"])
        #expect(backend.counters.current.errors == 3)
        #expect(try await cache.get("key") == nil)
        // That is no write which has to be made good.
        #expect(!backend.calls.contains { $0.hasPrefix("delete") })
    }

    @Test(arguments: Kind.allCases)
    func `copies are served up to the end of their grace`(kind: Kind) async throws {
        let backend = SwitchedBackend()
        let cache = FreshCache(kind, backend, Freshness(grace: .seconds(60), onBackendError: .staleOrCompute))
        try await cache.set("key", to: "old")
        try await cache.set("deleted", to: "old")
        try await cache.delete("deleted")
        backend.become(.down)
        let work = Work("new")
        for _ in 0..<2 {
            #expect(try await cache.get("key") == "old")
            #expect(try await cache.getMany(["key", "missing"]) == ["key": "old"])
            #expect(try await cache.getOrSet("key", work) == "old")
            backend.clock.advance(by: .seconds(65))
        }
        #expect(work.count == 0)
        await #expect(throws: RedisCallError.self) { try await cache.get("key") }
        await #expect(throws: RedisCallError.self) { try await cache.get("deleted") }
        #expect(try await cache.getOrSet("key", work) == "new")
        // What was computed meanwhile is a copy, too.
        #expect(try await cache.getOrSet("key", work) == "new")
        #expect(try await cache.get("key") == "new")
        #expect(work.count == 1)
        await #expect(throws: Work.Failure.self) { try await cache.getOrSet("deleted", Work()) }
    }

    @Test(arguments: Kind.allCases)
    func `a write that fails is made good before its key is read`(kind: Kind) async throws {
        for write in OverwritingCall.allCases where write != .clear {
            let backend = SwitchedBackend()
            let cache = FreshCache(kind, backend, Freshness(grace: .seconds(60), onBackendError: .staleOrCompute))
            try await cache.set("key", to: "old")
            try await cache.set("other", to: "kept")
            backend.become(.down)
            try await cache.write(write, "key")
            await #expect(throws: RedisCallError.self, "\(write)") { try await cache.get("key") }
            #expect(try await cache.getOrSet("key", Work("computed")) == "computed")
            backend.forgetCalls()
            backend.become(.up)
            #expect(try await cache.get("key") == nil)
            #expect(backend.calls.first == "deleteMany key")
            #expect(try await cache.getOrSet("key", Work("new")) == "new")
            #expect(try await cache.get("other") == "kept")
        }
    }

    @Test(arguments: Kind.allCases)
    func `it is made good without a reader, too`(kind: Kind) async throws {
        let backend = SwitchedBackend()
        let cache = FreshCache(kind, backend, Freshness(onBackendError: .compute))
        let keys = (0..<2_500).map { "key \($0)" }
        for key in keys { try await cache.set(key, to: "old") }
        backend.become(.down)
        for key in keys { #expect(try await cache.delete(key) == false) }
        backend.forgetCalls()
        backend.become(.up)
        await eventually { (try? backend.getMany(keys).isEmpty) == true }
        #expect(try backend.getMany(keys).isEmpty)
        #expect(backend.calls.count { $0.hasPrefix("deleteMany") } >= 3)
        // What is set now stays.
        try await cache.set(keys[0], to: "new")
        #expect(try await cache.get(keys[0]) == "new")
    }

    @Test(arguments: Kind.allCases)
    func `so many writes are remembered, and those beyond fail`(kind: Kind) async throws {
        let backend = SwitchedBackend()
        let cache = FreshCache(kind, backend, Freshness(onBackendError: .compute))
        backend.become(.down)
        let keys = (0..<10_000).map { "\($0)" }
        #expect(
            try await cache.use {
                try await $0.deleteMany(keys)
            } _: {
                try $0.deleteMany(keys)
            } == 0)
        await #expect(throws: RedisCallError.self) { try await cache.delete("one more") }
        #expect(try await cache.delete("1") == false)
        await #expect(throws: RedisCallError.self) { try await cache.write(.clear, "key") }
        // To clear is to make all of them good.
        backend.become(.up)
        try await cache.write(.clear, "key")
        backend.become(.down)
        #expect(try await cache.delete("one more") == false)
    }

    @Test(arguments: Kind.allCases)
    func `what is wrong with the call is its caller's`(kind: Kind) async throws {
        let backend = SwitchedBackend()
        let cache = FreshCache(kind, backend, Freshness(onBackendError: .compute))
        await #expect(throws: CacheBackendError.self) {
            try await cache.set("key", to: "value", timeToLive: .after(.seconds(Int64.max)))
        }
        await #expect(throws: Work.Failure.self) { try await cache.getOrSet("key", Work()) }
        await cache.close()
        await #expect(throws: CacheBackendError.closed) { try await cache.get("key") }
        await #expect(throws: CacheBackendError.closed) { try await cache.getOrSet("key", Work("value")) }
        await #expect(throws: CacheBackendError.closed) { try await cache.delete("key") }
    }
}
