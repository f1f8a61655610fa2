import CachetoryLocking
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

@testable import Cachetory

/// Orders of events and inputs that a cache with freshness could stumble over.
@Suite(.timeLimit(.minutes(2))) struct FreshnessFaultTests {
    typealias Kind = FreshCache.Kind

    // MARK: - Failed computations

    @Test(arguments: Kind.allCases)
    func `a write during a computation that fails leaves no pause and nothing to use instead`(kind: Kind) async throws {
        let backend = SwitchedBackend()
        let cache = FreshCache(kind, backend, Freshness(grace: .seconds(60)))
        for work in [Work(.failed(using: "fallback"), isHeld: true), Work(isHeld: true)] {
            let caller = Task { try? await cache.getOrSet("key", work) }
            await eventually { work.count == 1 }
            try await cache.delete("key")
            work.release()
            _ = await caller.value
            let next = Work("new")
            #expect(try await cache.getOrSet("key", next) == "new")
            #expect(next.count == 1)
            try await cache.delete("key")
        }
    }

    @Test(arguments: Kind.allCases)
    func `a stale value is better than what a failed computation gave, without a pause, too`(kind: Kind) async throws {
        let freshness = Freshness(grace: .seconds(600), retryPause: .zero)
        try await StaleValueTests.withStaleValue(kind, freshness) { cache, _ async throws in
            #expect(try await cache.getOrSet("key", Work(.failed(using: "fallback"))) == "old")
            #expect(try await cache.getOrSetMany(["key"], Work(.failed(using: "fallback"))) == ["key": "old"])
        }
        // So is one that is only computed early.
        let backend = SwitchedBackend()
        let early = Freshness(early: .remaining(fraction: 1), retryPause: .zero)
        let cache = FreshCache(kind, backend, early)
        try await cache.set("key", to: "old")
        #expect(try await cache.getOrSet("key", Work(.failed(using: "fallback"))) == "old")
        await eventually { cache.isIdle }
        #expect(try await cache.get("key") == "old")
    }

    @Test func `a result that comes after its limit ends no pause`() async throws {
        let freshness = Freshness(grace: .seconds(600), limit: .milliseconds(20), retryPause: .seconds(10))
        try await StaleValueTests.withStaleValue(.blocking, freshness) { cache, _ async throws in
            let late = Work("late", isHeld: true)
            let first = Task { try await cache.getOrSet("key", late) }
            await eventually { late.count == 1 }
            #expect(try await cache.getOrSet("key", Work("other")) == "old")
            late.release()
            #expect(try await first.value == "late")
            let next = Work("next")
            #expect(try await cache.getOrSet("key", next) == "old")
            #expect(next.count == 0)
        }
    }

    @Test(arguments: Kind.allCases)
    func `a value that lives for no time leaves no older one`(kind: Kind) async throws {
        try await StaleValueTests.withStaleValue(kind, Freshness(grace: .seconds(600))) { cache, _ async throws in
            #expect(try await cache.getOrSet("key", Work(Computed("new", timeToLive: .after(.zero)))) == "new")
            await #expect(throws: Work.Failure.self) { try await cache.getOrSet("key", Work()) }
        }
    }

    @Test func `a computation that hangs is paused by whoever finds it late`() async throws {
        let freshness = Freshness(grace: .seconds(600), limit: .milliseconds(1), retryPause: .seconds(10))
        try await StaleValueTests.withStaleValue(.blocking, freshness) { cache, _ async throws in
            let hanging = Work("late", isHeld: true)
            let first = Task { try await cache.getOrSet("key", hanging) }
            await eventually { hanging.count == 1 }
            let late = ContinuousClock.now + .milliseconds(2)
            while ContinuousClock.now < late { await Task.yield() }
            let other = Work("other")
            #expect(try await cache.getOrSet("key", other) == "old")
            #expect(other.count == 0)
            hanging.release()
            _ = try await first.value
        }
    }

    // MARK: - Storing

    @Test(arguments: Kind.allCases)
    func `what could not be stored is kept as stale, and is no deletion by others`(kind: Kind) async throws {
        for policy in [Freshness.OnBackendError.compute, .staleOrCompute] {
            let freshness = Freshness(grace: .seconds(600), retryPause: .zero, onBackendError: policy)
            try await StaleValueTests.withStaleValue(kind, freshness) { cache, backend async throws in
                backend.become(.full)
                #expect(try await cache.getOrSet("key", Work("new")) == "new")
                #expect(try await cache.getOrSet("key", Work()) == "new")
                #expect(try await cache.get("key") == nil)
                backend.become(.up)
                #expect(try await cache.getOrSet("key", Work()) == "new")
                #expect(try await cache.getOrSet("key", Work("newer")) == "newer")
                #expect(try await cache.get("key") == "newer")
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func `that nothing can be stored is told, in spite of a stale value, and pauses nothing`(kind: Kind) async throws {
        for wait in [nil, .seconds(50)] as [Duration?] {
            try await StaleValueTests.withStaleValue(kind, Freshness(grace: .seconds(600), wait: wait)) {
                cache, backend async throws in
                backend.become(.full)
                await #expect(throws: RedisCallError.self) { try await cache.getOrSet("key", Work("new")) }
                await #expect(throws: RedisCallError.self) { try await cache.getOrSetMany(["key"], Work("new")) }
                backend.become(.up)
                await #expect(throws: CacheBackendError.self) {
                    let tooLong = Computed("new", timeToLive: .after(.seconds(1e19)))
                    return try await cache.getOrSet("key", Work(tooLong))
                }
                #expect(try await cache.getOrSet("key", Work("new")) == "new")
            }
        }
    }

    @Test func `of several keys those that come in time are new, however long the missing ones take`() async throws {
        let freshness = Freshness(grace: .seconds(600), wait: .milliseconds(50))
        try await StaleValueTests.withStaleValue(.async, freshness) { cache, _ async throws in
            let isComputed = Tally()
            let plain = try #require(cache.async)
            let values = try await plain.getOrSetMany(["key", "missing"]) { keys in
                for key in keys { isComputed.add(key) }
                if keys == ["missing"] { try await Task.sleep(for: .milliseconds(100)) }
                return Dictionary(uniqueKeysWithValues: keys.map { ($0, "new") })
            }
            #expect(values == ["key": "new", "missing": "new"])
            #expect(isComputed.all == ["key": 1, "missing": 1])
        }
    }

    @Test(arguments: Kind.allCases)
    func `a value that is marked as stale is computed anew in spite of a pause`(kind: Kind) async throws {
        for keeping in StaleValueTests.keepings {
            try await StaleValueTests.withStaleValue(kind, Freshness(grace: .seconds(60), keeping: keeping)) {
                cache, _ async throws in
                #expect(try await cache.getOrSet("key", Work()) == "old")
                #expect(try await cache.getOrSet("key", Work("new")) == "old")
                try await cache.markStale("key")
                #expect(try await cache.getOrSet("key", Work("new")) == "new")
            }
        }
    }

    // MARK: - Waiting

    @Test func `who joins with a stale value keeps what another one began`() async throws {
        try await StaleValueTests.withStaleValue(.async, Freshness(grace: .seconds(60), wait: .seconds(50))) {
            cache, backend async throws in
            let plain = try #require(cache.async)
            let work = Work("new", isHeld: true)
            let plan = SingleFlight<String>.Plan(
                look: { _ in [:] },
                compute: { keys in ComputedValues(values: [keys[0]: try await work.run().value]) }, store: { _ in })
            let first = Task {
                try await plain.singleFlight.values(of: [CacheKey("key")], since: plain.singleFlight.mark, plan: plan)
            }
            await eventually { work.count == 1 }
            let second = Task { try await cache.getOrSet("key", Work("other")) }
            await eventually { cache.callers == 2 }
            first.cancel()
            second.cancel()
            await #expect(throws: CancellationError.self) { try await second.value }
            await #expect(throws: CancellationError.self) { try await first.value }
            #expect(!cache.isIdle)
            work.release()
            await eventually { cache.isIdle }
        }
    }

    @Test(arguments: Kind.allCases)
    func `limits and waits that are as good as none are none`(kind: Kind) async throws {
        let huge = Duration.seconds(Int64.max)
        for duration in [huge, .seconds(1e20), .seconds(-1e20)] {
            let freshness = Freshness(grace: huge, wait: duration, limit: huge, retryPause: duration)
            let backend = SwitchedBackend()
            let cache = FreshCache(kind, backend, freshness)
            #expect(try await cache.getOrSet("key", Work("old")) == "old")
            backend.clock.advance(by: .seconds(11))
            let value = try await cache.getOrSet("key", Work("new"))
            #expect(value == (duration < .zero && kind == .async ? "old" : "new"))
            await eventually { cache.isIdle }
            #expect(try await cache.getOrSet("key", Work()) == "new")
            let server = FreshCache(kind, backend, Freshness(grace: huge, keeping: .server))
            try await server.set("other", to: "value")
            #expect(try await server.get("other") == "value")
        }
    }

    @Test func `who does not wait closes no circle`() async throws {
        let backend = SwitchedBackend()
        let fresh = FreshCache(.blocking, backend, Freshness(grace: .seconds(60), wait: .zero))
        let cache = try #require(fresh.blocking)
        _ = try await fresh.getOrSetMany(["a", "b"], Work("old"))
        backend.clock.advance(by: .seconds(11))
        let both = Latch()
        let begun = Tally()
        let values = Lock<[String]>([])
        try await onThreads(2) { number in
            let (own, other) = number == 0 ? ("a", "b") : ("b", "a")
            let value = try cache.getOrSet(own) {
                begun.add(own)
                if begun.total == 2 { both.open() }
                both.wait()
                return try cache.getOrSet(other) { "none" } + " and new"
            }
            values.withLock { $0.append(value) }
        }
        // The second to ask may find what the first has made meanwhile.
        let made = values.withLock { $0 }.sorted()
        #expect(made == ["old and new", "old and new"] || made == ["old and new", "old and new and new"])
    }

    /// A thread that is given up is still in its computation, and in those around it.
    @Test func `a circle is found although a part of it was given up`() async throws {
        let limited = try #require(
            FreshCache(.blocking, SwitchedBackend(), Freshness(limit: .seconds(1))).blocking)
        let plain = SyncCache<String>.memory()
        let (isGivenUp, isWaitedFor) = (Latch(), Latch())
        let begun = Latch()
        let first = Task {
            try await onThread {
                try plain.getOrSet("p") {
                    try limited.getOrSet("a") {
                        begun.open()
                        isGivenUp.wait()
                        return try plain.getOrSet("b") { "b" }
                    }
                }
            }
        }
        try await onThread {
            begun.wait()
            #expect(throws: CacheError.computationTimedOut(limit: .seconds(1))) {
                try limited.getOrSet("a") { "other" }
            }
        }
        let second = Task {
            try await onThread {
                try plain.getOrSet("b") {
                    isWaitedFor.open()
                    while plain.singleFlight.callers < 3 { sched_yield() }
                    return try plain.getOrSet("p") { "p" }
                }
            }
        }
        try await onThread { isWaitedFor.wait() }
        isGivenUp.open()
        for task in [first, second] {
            await #expect(throws: CacheError.self) { try await task.value }
        }
    }

    // MARK: - Backends

    @Test(arguments: Kind.allCases)
    func `what a serializer throws is no outage`(kind: Kind) async throws {
        struct Refusal: Error {}
        struct Picky: CacheSerializer {
            func serialize(_ value: String) throws -> String {
                if value == "bad" { throw Refusal() }
                return value
            }

            func deserialize(_ wire: String) throws -> String {
                if wire == "unreadable" { throw Refusal() }
                return wire
            }
        }
        let backend = SwitchedBackend()
        var options = CacheOptions(
            decodeFailure: .throw, freshness: Freshness(onBackendError: .compute), observer: backend.counters)
        options.freshness?.clock = backend.memoryClock
        let asyncCache = AsyncCache(backend: backend, serializer: Picky(), options: options)
        let syncCache = SyncCache(backend: backend, serializer: Picky(), options: options)
        _ = try backend.set("key", to: "good", timeToLive: nil, ifNotExists: false)
        _ = try backend.set("other", to: "unreadable", timeToLive: nil, ifNotExists: false)
        switch kind {
        case .async:
            await #expect(throws: Refusal.self) { try await asyncCache.set("key", to: "bad") }
            await #expect(throws: Refusal.self) { try await asyncCache.setMany(["key": "bad"]) }
            await #expect(throws: Refusal.self) { try await asyncCache.getOrSet("new") { "bad" } }
            await #expect(throws: Refusal.self) { try await asyncCache.getOrSet("other") { "computed" } }
            await #expect(throws: Refusal.self) { try await asyncCache.get("other") }
            await #expect(throws: Refusal.self) { try await asyncCache.getMany(["other"]) }
            await #expect(throws: Refusal.self) { try await asyncCache.touch("other") }
            await #expect(throws: Refusal.self) { try await asyncCache.getAndDelete("other") }
        case .blocking:
            try await onThread {
                #expect(throws: Refusal.self) { try syncCache.set("key", to: "bad") }
                #expect(throws: Refusal.self) { try syncCache.setMany(["key": "bad"]) }
                #expect(throws: Refusal.self) { try syncCache.getOrSet("new") { "bad" } }
                #expect(throws: Refusal.self) { try syncCache.getOrSet("other") { "computed" } }
                #expect(throws: Refusal.self) { try syncCache.get("other") }
                #expect(throws: Refusal.self) { try syncCache.getMany(["other"]) }
                #expect(throws: Refusal.self) { try syncCache.touch("other") }
                #expect(throws: Refusal.self) { try syncCache.getAndDelete("other") }
            }
        }
        #expect(try backend.get("key") == "good")
        #expect(!backend.calls.contains { $0.hasPrefix("deleteMany") })
    }

    @Test(arguments: Kind.allCases)
    func `to take what is not there deletes nothing, and what is stale goes`(kind: Kind) async throws {
        let freshness = Freshness(grace: .seconds(60), keeping: .server)
        try await StaleValueTests.withStaleValue(kind, freshness) { cache, backend async throws in
            func take(_ key: String) async throws -> String? {
                try await cache.use {
                    try await $0.getAndDelete(key)
                } _: {
                    try $0.getAndDelete(key)
                }
            }
            #expect(try await take("missing") == nil)
            #expect(backend.calls == ["timeToLive missing"])
            #expect(try await take("key") == nil)
            #expect(try backend.get("key") == nil)
            try await cache.set("key", to: "new")
            #expect(try await take("key") == "new")
            #expect(try await take("key") == nil)
        }
    }

    /// What one cached function has stored meanwhile stays; what is stale, or was to be computed anew, does not.
    @Test func `a cached function that keeps what is there replaces what is stale`() async throws {
        let backend = SwitchedBackend()
        for early in [Freshness.Early.off, .remaining(fraction: 1)] {
            var options = CacheOptions(freshness: Freshness(grace: .seconds(60), keeping: .server, early: early))
            options.freshness?.clock = backend.memoryClock
            let cache = AsyncCache<String>(
                backend: backend, serializer: .noOp(), timeToLive: .seconds(10), options: options)
            let calls = Tally()
            let page = cached(in: cache, key: .readable("page \(early)"), ifNotExists: true) {
                (number: Int) async throws in
                calls.add("call")
                return "\(calls.total)"
            }
            #expect(try await page(1) == "1")
            if early == .off { backend.clock.advance(by: .seconds(11)) }
            _ = try await page(1)
            await eventually { cache.singleFlight.isIdle }
            #expect(calls.total == 2)
            #expect(try backend.getMany(backend.keys).map(\.value).contains("2"))
            try await cache.clear()
        }
    }

    @Test(arguments: Kind.allCases)
    func `a computed value's own time to live tells what is early`(kind: Kind) async throws {
        let backend = SwitchedBackend()
        let cache = FreshCache(kind, backend, Freshness(early: .remaining(fraction: 0.5)), timeToLive: .seconds(600))
        let short = Work(Computed("short", timeToLive: .seconds(10)))
        for _ in 0..<5 { #expect(try await cache.getOrSet("key", short) == "short") }
        #expect(short.count == 1)
        backend.clock.advance(by: .seconds(6))
        _ = try await cache.getOrSet("key", short)
        await eventually { cache.isIdle }
        #expect(short.count == 2)
    }

    @Test func `keys that cannot be deleted keep no others from it`() {
        var writes = FailedWrites()
        #expect(writes.add((0..<3_000).map { "\($0)" }) == true)
        var rounds = 0
        while writes.count > 10, rounds < 1_000 {
            let batch = writes.nextBatch()
            if batch.keys.contains("7") { writes.postpone(batch) } else { writes.remove(batch) }
            rounds += 1
        }
        #expect(writes.count <= 10 && rounds < 200)
        #expect(writes.batch(of: ["7"]).isEmpty == false)
    }
}
