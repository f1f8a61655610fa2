import CachetoryLocking
import CachetoryTestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct LatchTests {
    @Test func `threads wait until it is open, and later ones pass`() async throws {
        let latch = Latch()
        let passed = Lock(0)
        async let all: Void = onThreads(8) { thread in
            if thread == 0 {
                // Nobody passes before.
                #expect(passed.withLock { $0 } == 0)
                latch.open()
            }
            latch.wait()
            passed.withLock { $0 += 1 }
        }
        try await all
        #expect(passed.withLock { $0 } == 8)
        latch.open()
        latch.wait()
    }
}
