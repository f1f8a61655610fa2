import CachetoryTestSupport
import Foundation
import Testing

@testable import Cachetory

/// Values past their time to live: who gets them, and when they are computed anew.
@Suite(.timeLimit(.minutes(2))) struct StaleValueTests {
    typealias Kind = FreshCache.Kind

    static let keepings: [Freshness.Keeping] = [.memory(), .server]

    /// A cache with a stale value `old` of the key `key`, whose time to live of 10 s has ended.
    static func withStaleValue(
        _ kind: Kind, _ freshness: Freshness, _ body: (FreshCache, SwitchedBackend) async throws -> Void
    ) async throws {
        let backend = SwitchedBackend()
        let cache = FreshCache(kind, backend, freshness)
        try await cache.set("key", to: "old")
        backend.clock.advance(by: .seconds(11))
        backend.forgetCalls()
        try await body(cache, backend)
        await cache.close()
    }

    @Test(arguments: Kind.allCases, keepings)
    func `a stale value counts as missing, except to who computes`(kind: Kind, keeping: Freshness.Keeping) async throws
    {
        try await Self.withStaleValue(kind, Freshness(grace: .seconds(60), keeping: keeping)) {
            cache, backend async throws in
            #expect(try await cache.get("key") == nil)
            #expect(try await cache.getMany(["key", "other"]) == [:])
            try await cache.use { cache async throws in
                #expect(try await cache.exists("key") == false)
                #expect(try await cache.timeToLive(of: "key") == nil)
                #expect(try await cache.touch("key") == nil)
                #expect(try await cache.expire("key", in: .seconds(60)) == false)
                #expect(try await cache.getEach(["key"]) == [nil])
            } _: { cache throws in
                #expect(try cache.exists("key") == false)
                #expect(try cache.timeToLive(of: "key") == nil)
                #expect(try cache.touch("key") == nil)
                #expect(try cache.expire("key", in: .seconds(60)) == false)
                #expect(try cache.getEach(["key"]) == [nil])
            }
            let counts = backend.counters.current
            #expect(counts.hits == 0 && counts.errors == 0)
        }
    }

    @Test(arguments: Kind.allCases, keepings)
    func `it is served if the computation fails, which is not tried again for a while`(
        kind: Kind, keeping: Freshness.Keeping
    ) async throws {
        let freshness = Freshness(grace: .seconds(600), keeping: keeping, retryPause: .seconds(10))
        try await Self.withStaleValue(kind, freshness) { cache, backend async throws in
            let failing = Work()
            for _ in 0..<5 {
                let (time, value) = try await timed { try await cache.getOrSet("key", failing) }
                #expect(value == "old" && time < .milliseconds(1) + busyMachine)
            }
            #expect(failing.count == 1)
            // No sooner than after 80 % of the pause.
            backend.clock.advance(by: .milliseconds(7_999))
            #expect(try await cache.getOrSet("key", failing) == "old")
            #expect(failing.count == 1)
            // No later than after 120 %.
            backend.clock.advance(by: .milliseconds(4_002))
            #expect(try await cache.getOrSet("key", failing) == "old")
            #expect(failing.count == 2)
            backend.clock.advance(by: .milliseconds(12_001))
            #expect(try await cache.getOrSet("key", Work("new")) == "new")
            #expect(try await cache.get("key") == "new")
            #expect(try await cache.getOrSet("key", failing) == "new")
        }
    }

    @Test(arguments: Kind.allCases, keepings)
    func `after its grace it is gone`(kind: Kind, keeping: Freshness.Keeping) async throws {
        try await Self.withStaleValue(kind, Freshness(grace: .seconds(60), keeping: keeping)) {
            cache, backend async throws in
            let failing = Work()
            backend.clock.advance(by: .seconds(58))
            #expect(try await cache.getOrSet("key", failing) == "old")
            backend.clock.advance(by: .seconds(2))
            await #expect(throws: Work.Failure.self) { try await cache.getOrSet("key", failing) }
            // Without a stale value there is no pause.
            await #expect(throws: Work.Failure.self) { try await cache.getOrSet("key", failing) }
            #expect(failing.count == 3)
        }
    }

    @Test(arguments: Kind.allCases, keepings)
    func `what was deleted, set or cleared leaves nothing stale`(kind: Kind, keeping: Freshness.Keeping) async throws {
        for write in OverwritingCall.allCases {
            try await Self.withStaleValue(kind, Freshness(grace: .seconds(60), keeping: keeping)) {
                cache, backend async throws in
                try await cache.write(write, "key")
                backend.clock.advance(by: .seconds(11))
                // To a server that keeps it, a stale value is there.
                let isKept = write == .setIfNotExists && keeping == .server
                guard let value = isKept ? "old" : write.value else {
                    await #expect(throws: Work.Failure.self, "\(write)") { try await cache.getOrSet("key", Work()) }
                    return
                }
                #expect(try await cache.getOrSet("key", Work()) == value, "\(write)")
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func `a value that somebody else has deleted is not served as stale`(kind: Kind) async throws {
        let backend = SwitchedBackend()
        let cache = FreshCache(kind, backend, Freshness(grace: .seconds(600)))
        #expect(try await cache.getOrSet("key", Work("old")) == "old")
        _ = try backend.delete("key")
        await #expect(throws: Work.Failure.self) { try await cache.getOrSet("key", Work()) }
        // Nor later on.
        backend.clock.advance(by: .seconds(11))
        await #expect(throws: Work.Failure.self) { try await cache.getOrSet("key", Work()) }
    }

    @Test(arguments: Kind.allCases, keepings)
    func `to mark as stale is to delete softly`(kind: Kind, keeping: Freshness.Keeping) async throws {
        let backend = SwitchedBackend()
        let cache = FreshCache(kind, backend, Freshness(grace: .seconds(60), keeping: keeping, retryPause: .zero))
        try await cache.set("key", to: "old")
        #expect(try await cache.markStale("key"))
        #expect(try await cache.get("key") == nil)
        #expect(try await cache.markStale("key") == false)
        #expect(try await cache.markStale("missing") == false)
        backend.clock.advance(by: .seconds(1))
        #expect(try await cache.getOrSet("key", Work()) == "old")
        #expect(try await cache.getOrSet("key", Work("new")) == "new")
        // Without a grace nothing is left.
        let plain = FreshCache(kind, backend, nil)
        #expect(try await plain.markStale("key"))
        await #expect(throws: Work.Failure.self) { try await plain.getOrSet("key", Work()) }
    }

    @Test(arguments: Kind.allCases)
    func `what a failed computation gave is used if there is nothing better, and for the pause`(kind: Kind) async throws
    {
        let freshness = Freshness(grace: .seconds(60), retryPause: .seconds(10))
        let fallback = Work(.failed(using: "fallback"))
        try await Self.withStaleValue(kind, freshness) { cache, _ async throws in
            #expect(try await cache.getOrSet("key", fallback) == "old")
            #expect(try await cache.getOrSet("key", fallback) == "old")
        }
        #expect(fallback.count == 1)
        let backend = SwitchedBackend()
        let cache = FreshCache(kind, backend, freshness)
        for _ in 0..<3 { #expect(try await cache.getOrSet("key", fallback) == "fallback") }
        #expect(fallback.count == 2)
        #expect(try await cache.get("key") == nil)
        backend.clock.advance(by: .milliseconds(12_001))
        #expect(try await cache.getOrSet("key", Work("new")) == "new")
    }

    @Test(arguments: Kind.allCases, keepings)
    func `of several keys each is served as it is`(kind: Kind, keeping: Freshness.Keeping) async throws {
        let backend = SwitchedBackend()
        let cache = FreshCache(
            kind, backend, Freshness(grace: .seconds(600), keeping: keeping, retryPause: .seconds(5)))
        _ = try await cache.getOrSetMany(["a", "b"], Work("old"))
        backend.clock.advance(by: .seconds(11))
        try await cache.set("fresh", to: "fresh")
        let failing = Work()
        #expect(
            try await cache.getOrSetMany(["a", "b", "fresh"], failing) == ["a": "old", "b": "old", "fresh": "fresh"])
        #expect(try await cache.getOrSetMany(["a", "b"], failing) == ["a": "old", "b": "old"])
        #expect(failing.count == 1)
        // One that has no stale value needs the computation.
        await #expect(throws: Work.Failure.self) { try await cache.getOrSetMany(["a", "missing"], failing) }
        backend.clock.advance(by: .seconds(7))
        let all = try await cache.getOrSetMany(["a", "b", "missing", "fresh"], Work("new"))
        #expect(all == ["a": "new", "b": "new", "missing": "new", "fresh": "fresh"])
    }

    @Test(arguments: Kind.allCases)
    func `only so many copies are kept`(kind: Kind) async throws {
        let backend = SwitchedBackend()
        let cache = FreshCache(kind, backend, Freshness(grace: .seconds(60), keeping: .memory(entries: 10)))
        for number in 0..<100 { try await cache.set("\(number)", to: "old") }
        backend.clock.advance(by: .seconds(11))
        var stale = 0
        for number in 0..<100 where (try? await cache.getOrSet("\(number)", Work())) == "old" { stale += 1 }
        #expect(stale > 0 && stale <= 10)
    }

    @Test(arguments: Kind.allCases)
    func `without the option the same calls are made as ever`(kind: Kind) async throws {
        let backend = SwitchedBackend()
        let cache = FreshCache(kind, backend, nil)
        _ = try await cache.getOrSet("key", Work("value"))
        _ = try await cache.getOrSet("key", Work("value"))
        _ = try await cache.get("key")
        _ = try await cache.getOrSetMany(["key", "a"], Work("value"))
        try await cache.set("key", to: "x")
        try await cache.delete("key")
        #expect(
            backend.calls == [
                "get key", "set key value", "get key", "get key", "getMany key a", "set a value", "set key x",
                "delete key",
            ])
    }

    /// Options that need no time to live do not ask for it.
    @Test(arguments: Kind.allCases)
    func `a limit alone asks for nothing more`(kind: Kind) async throws {
        let backend = SwitchedBackend()
        let cache = FreshCache(kind, backend, Freshness(limit: .seconds(60), onBackendError: .compute))
        _ = try await cache.getOrSet("key", Work("value"))
        _ = try await cache.getOrSet("key", Work("value"))
        #expect(backend.calls == ["get key", "set key value", "get key"])
        let graceful = FreshCache(kind, backend, Freshness(grace: .seconds(1)))
        backend.forgetCalls()
        _ = try await graceful.getOrSet("key", Work("value"))
        #expect(backend.calls == ["getWithTimeToLive key"])
    }
}
