import CachetoryLocking
import CachetoryTestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct YieldingLockTests {
    final class Counter: Sendable {
        let value = YieldingLock(0)
    }

    struct Failure: Error {}

    @Test func `one thread at a time has the state`() async throws {
        let counter = Counter()
        try await onThreads(8) { _ in
            for _ in 0..<2000 {
                counter.value.withLock { $0 += 1 }
                counter.value.giveWay()
            }
        }
        #expect(counter.value.withLock { $0 } == 16_000)
    }

    @Test func `a thread that waits has its turn while another takes the lock again and again`() async throws {
        let counter = Counter()
        try await onThreads(2) { thread in
            if thread == 0 {
                while counter.value.withLock({ $0 }) == 0 { counter.value.giveWay() }
            } else {
                counter.value.withLock { $0 = 1 }
            }
        }
        #expect(counter.value.withLock { $0 } == 1)
    }

    @Test func `an error leaves it unlocked`() {
        let counter = Counter()
        #expect(throws: Failure.self) { try counter.value.withLock { _ in throw Failure() } }
        counter.value.giveWay()
        #expect(counter.value.withLock { $0 } == 0)
    }
}
