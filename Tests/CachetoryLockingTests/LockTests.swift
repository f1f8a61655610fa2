import CachetoryLocking
import CachetoryTestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct LockTests {
    final class Counter: Sendable {
        let value = Lock(0)
    }

    struct Failure: Error {}

    @Test func `eight threads lose no count`() async throws {
        let counter = Counter()
        try await onThreads(8) { _ in
            for _ in 0..<10_000 { counter.value.withLock { $0 += 1 } }
        }
        #expect(counter.value.withLock { $0 } == 80_000)
    }

    @Test func `an error leaves it unlocked`() {
        let counter = Counter()
        #expect(throws: Failure.self) {
            try counter.value.withLock { value in
                value = 1
                throw Failure()
            }
        }
        #expect(counter.value.withLock { $0 } == 1)
    }

    @Test func `it releases its state`() {
        weak var released: Counter?
        do {
            let state = Counter()
            released = state
            let lock = Lock(state)
            #expect(lock.withLock { $0.value.withLock { $0 } } == 0)
        }
        #expect(released == nil)
    }
}
