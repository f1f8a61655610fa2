import CachetoryTestSupport
import Foundation
import Testing

@testable import Cachetory

@Suite(.timeLimit(.minutes(2))) struct BlockingGetOrSetTests {
    private struct Failure: Error {}

    private let cache = SyncCache<String>.memory()

    /// Makes the value of a key once, slowly enough that other threads come meanwhile.
    private func compute(_ count: Tally) -> String {
        count.add("key")
        for _ in 0..<100 { sched_yield() }
        return "value"
    }

    @Test func `threads that miss one key compute it once`() async throws {
        let computed = Tally()
        try await onThreads(64) { _ in
            let value = try cache.getOrSet("key") { compute(computed) }
            #expect(value == "value")
        }
        #expect(computed.total == 1)
    }

    @Test func `an error reaches its callers and is not cached`() throws {
        #expect(throws: Failure.self) { try cache.getOrSet("key") { throw Failure() } }
        #expect(try cache.getOrSet("key") { "value" } == "value")
    }

    @Test func `threads that wait for a computation get its error`() async throws {
        let calls = BlockingSingleFlight<String>()
        let errors = Tally()
        let isComputing = DispatchSemaphore(value: 0)
        try await onThreads(9) { number in
            if number > 0 { isComputing.wait() }
            do {
                let plan = BlockingSingleFlight<String>.Plan(
                    look: { _ in [:] },
                    compute: { _ in
                        for _ in 0..<8 { isComputing.signal() }
                        while calls.callers < 9 { sched_yield() }
                        throw Failure()
                    }, store: { _ in })
                _ = try calls.values(of: [CacheKey("key")], since: calls.mark, plan: plan)
            } catch is Failure {
                errors.add("failure")
            }
        }
        #expect(errors.total == 9)
    }

    @Test func `threads with overlapping keys compute each once and wait for no circle`() async throws {
        let counts = Tally()
        try await onThreads(16) { number in
            let keys = (0..<20).map { "\(($0 * 7 + number) % 20)" }
            let values = try cache.getOrSetMany(keys) { missing in
                counts.add(missing)
                for _ in 0..<100 { sched_yield() }
                return Dictionary(uniqueKeysWithValues: missing.map { ($0, $0) })
            }
            #expect(values.count == 20)
        }
        #expect(counts.all == Dictionary(uniqueKeysWithValues: (0..<20).map { ("\($0)", 1) }))
    }

    @Test func `a cached nil is a hit`() throws {
        let cache = SyncCache<Int?>.memory()
        #expect(try cache.getOrSet("key") { nil } == nil)
        #expect(try cache.getOrSet("key") { 1 } == nil)
    }
}
