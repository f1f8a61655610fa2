import CachetoryLocking
import CachetoryTestSupport
import Foundation
import Testing

@testable import Cachetory

/// How long callers wait for a value to be computed anew, and what goes on without them.
@Suite(.timeLimit(.minutes(2))) struct RefreshTests {
    typealias Kind = FreshCache.Kind

    // MARK: - Waiting

    @Test func `a caller waits so long, and what is computed is stored`() async throws {
        let freshness = Freshness(grace: .seconds(60), wait: .milliseconds(100))
        try await StaleValueTests.withStaleValue(.async, freshness) { cache, _ async throws in
            let work = Work("new", isHeld: true)
            let (time, value) = try await timed { try await cache.getOrSet("key", work) }
            #expect(value == "old")
            #expect(time >= .milliseconds(100) && time < .milliseconds(120) + busyMachine)
            // Who comes meanwhile waits for the same.
            #expect(try await cache.getOrSet("key", Work("other")) == "old")
            work.release()
            await eventually { cache.isIdle }
            #expect(try await cache.get("key") == "new")
            #expect(work.count == 1)
        }
    }

    @Test(arguments: [nil, .seconds(50)] as [Duration?])
    func `who waits long enough gets the new value`(wait: Duration?) async throws {
        for kind in Kind.allCases {
            let freshness = Freshness(grace: .seconds(60), wait: wait)
            try await StaleValueTests.withStaleValue(kind, freshness) { cache, _ async throws in
                let work = Work("new", isHeld: true)
                let callers = (0..<5).map { _ in Task { try await cache.getOrSet("key", work) } }
                await eventually { cache.callers == 5 }
                work.release()
                for caller in callers { #expect(try await caller.value == "new") }
                #expect(work.count == 1)
            }
        }
    }

    @Test func `of a thousand callers none waits, one computes, and nobody's end is the computation's`() async throws {
        let freshness = Freshness(grace: .seconds(60), wait: .zero)
        try await StaleValueTests.withStaleValue(.async, freshness) { cache, _ async throws in
            let work = Work("new", isHeld: true)
            let callers = (0..<1_000).map { _ in Task { try await timed { try await cache.getOrSet("key", work) } } }
            for caller in callers {
                let (time, value) = try await caller.value
                #expect(value == "old")
                #expect(time < .milliseconds(5) + busyMachine)
                caller.cancel()
            }
            await eventually { work.count == 1 }
            #expect(!cache.isIdle && cache.callers == 0)
            work.release()
            await eventually { cache.isIdle }
            #expect(work.count == 1)
            #expect(try await cache.get("key") == "new")
        }
    }

    @Test(arguments: [nil, .seconds(50)] as [Duration?])
    func `a computation for a stale value survives the cancellation of all`(wait: Duration?) async throws {
        try await StaleValueTests.withStaleValue(.async, Freshness(grace: .seconds(60), wait: wait)) {
            cache, _ async throws in
            let work = Work("new", isHeld: true)
            let callers = (0..<10).map { _ in Task { try await cache.getOrSet("key", work) } }
            await eventually { cache.callers == 10 }
            for caller in callers { caller.cancel() }
            for caller in callers {
                await #expect(throws: CancellationError.self) { try await caller.value }
            }
            #expect(!cache.isIdle)
            work.release()
            await eventually { cache.isIdle }
            #expect(try await cache.get("key") == "new")
        }
    }

    @Test func `what runs in the background has nothing of its caller's`() async throws {
        enum Local { @TaskLocal static var name = "none" }
        let backend = SwitchedBackend()
        var options = CacheOptions(freshness: Freshness(grace: .seconds(60), wait: .zero))
        options.freshness?.clock = backend.memoryClock
        let cache = AsyncCache<String>(
            backend: backend, serializer: .noOp(), timeToLive: .seconds(10), options: options)
        try await cache.set("key", to: "old")
        backend.clock.advance(by: .seconds(11))
        let value = try await Local.$name.withValue("caller") {
            try await cache.getOrSet("key") { Local.name }
        }
        #expect(value == "old")
        await eventually { cache.singleFlight.isIdle }
        #expect(try await cache.get("key") == "none")
    }

    @Test func `the first thread computes, and the others do not wait`() async throws {
        try await StaleValueTests.withStaleValue(.blocking, Freshness(grace: .seconds(60), wait: .zero)) {
            cache, _ async throws in
            let work = Work("new", isHeld: true)
            let first = Task { try await cache.getOrSet("key", work) }
            await eventually { work.count == 1 }
            for _ in 0..<10 { #expect(try await cache.getOrSet("key", Work("other")) == "old") }
            work.release()
            #expect(try await first.value == "new")
            #expect(try await cache.get("key") == "new")
        }
    }

    @Test func `threads wait for another one so long`() async throws {
        let freshness = Freshness(grace: .seconds(60), wait: .milliseconds(100))
        try await StaleValueTests.withStaleValue(.blocking, freshness) { cache, _ async throws in
            let work = Work("new", isHeld: true)
            let first = Task { try await cache.getOrSet("key", work) }
            await eventually { work.count == 1 }
            let (time, value) = try await timed { try await cache.getOrSet("key", Work("other")) }
            #expect(value == "old")
            #expect(time >= .milliseconds(100) && time < .milliseconds(120) + busyMachine)
            work.release()
            #expect(try await first.value == "new")
        }
    }

    // MARK: - Limits

    @Test func `a computation that hangs ends for its callers, and the next one starts anew`() async throws {
        let backend = SwitchedBackend()
        let cache = FreshCache(.async, backend, Freshness(limit: .seconds(1)))
        let hanging = Work("late", isHeld: true)
        let start = ContinuousClock.now
        let callers = (0..<3).map { _ in Task { try await cache.getOrSet("key", hanging) } }
        for caller in callers {
            await #expect(throws: CacheError.computationTimedOut(limit: .seconds(1))) { try await caller.value }
        }
        let time = start.duration(to: .now)
        #expect(time >= .seconds(1) && time < .milliseconds(1_020) + busyMachine)
        #expect(cache.isIdle)
        let next = FreshCache(.async, backend, nil)
        #expect(try await next.get("key") == nil)
        #expect(
            try await cache.use {
                try await $0.getOrSet("key") { "new" }
            } _: {
                try $0.getOrSet("key") { "new" }
            } == "new")
    }

    /// One that pays no attention to its cancellation.
    @Test func `what comes after the limit is not stored`() async throws {
        let backend = SwitchedBackend()
        let options = CacheOptions(freshness: Freshness(limit: .milliseconds(500)))
        let cache = AsyncCache<String>(backend: backend, serializer: .noOp(), options: options)
        let latch = Latch()
        let isDone = Gate()
        await #expect(throws: CacheError.computationTimedOut(limit: .milliseconds(500))) {
            try await cache.getOrSet("key") {
                defer { isDone.open() }
                return try await onThread {
                    latch.wait()
                    return "late"
                }
            }
        }
        latch.open()
        try await isDone.pass()
        #expect(try await cache.getOrSet("key") { "new" } == "new")
        #expect(backend.calls == ["get key", "get key", "set key new"])
    }

    @Test func `threads do not wait beyond the limit for one that hangs, and it stores nothing`() async throws {
        let backend = SwitchedBackend()
        let cache = FreshCache(.blocking, backend, Freshness(limit: .seconds(2)))
        let hanging = Work("late", isHeld: true)
        let first = Task { try await cache.getOrSet("key", hanging) }
        await eventually { hanging.count == 1 }
        let (time, _) = await timed {
            await #expect(throws: CacheError.computationTimedOut(limit: .seconds(2))) {
                try await cache.getOrSet("key", Work("other"))
            }
        }
        #expect(time < .milliseconds(2_020) + busyMachine)
        // The key is free.
        #expect(try await cache.getOrSet("key", Work("new")) == "new")
        hanging.release()
        #expect(try await first.value == "late")
        #expect(try await cache.get("key") == "new")
    }

    @Test func `a thread that computes beyond the limit stores nothing, though nobody waits`() async throws {
        let backend = SwitchedBackend()
        let cache = FreshCache(.blocking, backend, Freshness(limit: .milliseconds(1)))
        let value = try await onThread {
            try cache.blocking?.getOrSet("key") {
                let end = ContinuousClock.now + .milliseconds(3)
                while ContinuousClock.now < end { sched_yield() }
                return "late"
            }
        }
        #expect(value == "late")
        #expect(backend.calls == ["get key"])
        #expect(cache.isIdle)
    }

    @Test(arguments: Kind.allCases)
    func `beyond the limit a stale value is served, and the computation not tried again at once`(kind: Kind)
        async throws
    {
        let freshness = Freshness(grace: .seconds(600), limit: .milliseconds(50), retryPause: .seconds(10))
        try await StaleValueTests.withStaleValue(kind, freshness) { cache, _ async throws in
            let hanging = Work("late", isHeld: true)
            let first = Task { try await cache.getOrSet("key", hanging) }
            await eventually { hanging.count == 1 }
            #expect(try await cache.getOrSet("key", Work("other")) == "old")
            let next = Work("next")
            await eventually { cache.isIdle }
            #expect(try await cache.getOrSet("key", next) == "old")
            #expect(next.count == 0)
            hanging.release()
            _ = try await first.value
        }
    }

    // MARK: - Early

    @Test(arguments: StaleValueTests.keepings)
    func `a value that will be stale soon is computed anew in the background`(keeping: Freshness.Keeping) async throws {
        let backend = SwitchedBackend()
        let freshness = Freshness(grace: .seconds(60), keeping: keeping, early: .remaining(fraction: 0.3))
        let cache = FreshCache(.async, backend, freshness)
        #expect(try await cache.getOrSet("key", Work("old")) == "old")
        backend.clock.advance(by: .milliseconds(6_900))
        let work = Work("new", isHeld: true)
        #expect(try await cache.getOrSet("key", work) == "old")
        #expect(cache.isIdle && work.count == 0)
        backend.clock.advance(by: .milliseconds(200))
        for _ in 0..<5 { #expect(try await cache.getOrSet("key", work) == "old") }
        work.release()
        await eventually { cache.isIdle }
        #expect(work.count == 1)
        #expect(try await cache.get("key") == "new")
    }

    @Test func `a thread that finds a value old computes it anew, and falls back to it`() async throws {
        let backend = SwitchedBackend()
        let cache = FreshCache(.blocking, backend, Freshness(early: .remaining(fraction: 0.5), retryPause: .seconds(2)))
        #expect(try await cache.getOrSet("key", Work("old")) == "old")
        backend.clock.advance(by: .seconds(6))
        let failing = Work()
        #expect(try await cache.getOrSet("key", failing) == "old")
        #expect(try await cache.getOrSet("key", failing) == "old")
        #expect(failing.count == 1)
        backend.clock.advance(by: .seconds(3))
        #expect(try await cache.getOrSetMany(["key"], Work("new")) == ["key": "new"])
        #expect(try await cache.get("key") == "new")
    }

    @Test func `at random, only a cache that has computed does so`() async throws {
        let backend = SwitchedBackend()
        let cache = FreshCache(.async, backend, Freshness(early: .probabilistic(beta: .infinity)))
        try await cache.set("key", to: "old")
        let work = Work("new")
        #expect(try await cache.getOrSet("key", work) == "old")
        #expect(cache.isIdle && work.count == 0)
        _ = try await cache.getOrSet("other", Work("other"))
        _ = try await cache.getOrSet("key", work)
        await eventually { cache.isIdle }
        #expect(work.count == 1)
    }
}
