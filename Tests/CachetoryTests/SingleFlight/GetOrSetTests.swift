import Foundation
import Testing

@testable import Cachetory

@Suite(.timeLimit(.minutes(2))) struct GetOrSetTests {
    private struct Failure: Error {}

    private let cache = AsyncCache<String>.memory()

    /// Callers of one missing key, all of whom wait by now.
    private func waitingCallers(
        _ count: Int, _ compute: @escaping @Sendable () async throws -> String
    ) async -> [Task<String, any Error>] {
        let callers = (0..<count).map { _ in Task { try await cache.getOrSet("key", compute: compute) } }
        await eventually { cache.singleFlight.callers == count }
        return callers
    }

    @Test func `a hit computes nothing`() async throws {
        try await cache.set("key", to: "stored")
        let value = try await cache.getOrSet("key") { throw Failure() }
        #expect(value == "stored")
    }

    @Test func `a computed value is stored with its time to live`() async throws {
        let backend = AsyncMemoryBackend<String>()
        let cache = AsyncCache(
            backend: backend, serializer: NoOpCacheSerializer(), prefix: "p:", timeToLive: .seconds(60))
        #expect(try await cache.getOrSet("default") { "1" } == "1")
        #expect(try await cache.getOrSet("ever", timeToLive: .forever) { "2" } == "2")
        #expect(try await backend.get("p:default") == "1")
        #expect(try backend.remainingTimeToLive(of: "p:ever") == .forever)
        guard case .milliseconds(let left) = try backend.remainingTimeToLive(of: "p:default") else {
            Issue.record("the key has no time to live")
            return
        }
        #expect(left > 0 && left <= 60_000)
    }

    @Test func `a thousand callers of one missing key compute it once`() async throws {
        let computed = Tally()
        let gate = Gate()
        let callers = await waitingCallers(1000) {
            computed.add("key")
            try await gate.pass()
            return "value"
        }
        gate.open()
        for caller in callers { #expect(try await caller.value == "value") }
        #expect(computed.total == 1)
    }

    @Test func `a thousand callers who come as they like compute once`() async throws {
        let computed = Tally()
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<1000 {
                group.addTask {
                    try await cache.getOrSet("key") {
                        computed.add("key")
                        return "value"
                    }
                }
            }
            for try await value in group { #expect(value == "value") }
        }
        #expect(computed.total == 1)
    }

    @Test func `with 999 of 1000 callers cancelled the last one gets its value`() async throws {
        let computed = Tally()
        let gate = Gate()
        let callers = await waitingCallers(1000) {
            computed.add("key")
            try await gate.pass()
            return "value"
        }
        for caller in callers.dropLast() { caller.cancel() }
        // They leave while the computation still goes on.
        for caller in callers.dropLast() { await #expect(throws: CancellationError.self) { try await caller.value } }
        gate.open()
        #expect(try await callers.last?.value == "value")
        #expect(computed.total == 1)
        #expect(try await cache.get("key") == "value")
    }

    @Test func `with all callers cancelled the computation is cancelled`() async throws {
        let wasCancelled = Gate()
        let gate = Gate()
        let callers = await waitingCallers(1000) {
            do { try await gate.pass() } catch {
                wasCancelled.open()
                throw error
            }
            return "value"
        }
        for caller in callers { caller.cancel() }
        for caller in callers { await #expect(throws: CancellationError.self) { try await caller.value } }
        try await wasCancelled.pass()
        #expect(try await cache.get("key") == nil)
        #expect(try await cache.getOrSet("key") { "new" } == "new")
    }

    @Test func `an error reaches all and is not cached`() async throws {
        let gate = Gate()
        let callers = await waitingCallers(100) {
            try await gate.pass()
            throw Failure()
        }
        gate.open()
        for caller in callers { await #expect(throws: Failure.self) { try await caller.value } }
        #expect(try await cache.getOrSet("key") { "value" } == "value")
    }

    @Test func `a caller that is cancelled before it asks computes nothing for others`() async throws {
        let gate = Gate()
        let caller = Task {
            try? await gate.pass()
            return try await cache.getOrSet("key") { "value" }
        }
        caller.cancel()
        gate.open()
        await #expect(throws: CancellationError.self) { try await caller.value }
        #expect(cache.singleFlight.callers == 0)
    }

    @Test func `a cached nil is a hit`() async throws {
        let cache = AsyncCache<String?>.memory()
        #expect(try await cache.getOrSet("key") { nil } == nil)
        let second = try await cache.getOrSet("key") { "computed again" }
        #expect(second == nil)
        #expect(try await cache.get("key") == .some(nil))
    }

    @Test func `jitter shortens the time to live and never ends it`() {
        let options = CacheOptions(jitter: 0.5)
        let times = (0..<1000).map { _ in options.jittered(.seconds(100)) ?? .zero }
        #expect(times.allSatisfy { $0 >= .seconds(50) && $0 <= .seconds(100) })
        #expect(Set(times).count > 900)
        #expect(CacheOptions(jitter: 5).jittered(.nanoseconds(1)) ?? .zero > .zero)
        #expect(options.jittered(nil) == nil)
        #expect(options.jittered(.zero) == .zero)
        #expect(CacheOptions().jittered(.seconds(100)) == .seconds(100))
        #expect(options.jittered(.seconds(Int64.max)) ?? .zero > .zero)
    }
}
