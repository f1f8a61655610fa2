import Locking
import TestSupport
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

    @Test func `a thread knows itself`() async throws {
        let identities = Lock<Set<ThreadIdentity>>([])
        let latch = Latch()
        let arrived = Lock(0)
        // All live at the same time, so none has the identity of one that has ended.
        try await onThreads(4) { _ in
            #expect(ThreadIdentity.current == ThreadIdentity.current)
            identities.withLock { _ = $0.insert(.current) }
            let isLast = arrived.withLock { arrived in
                arrived += 1
                return arrived == 4
            }
            if isLast { latch.open() }
            latch.wait()
        }
        #expect(identities.withLock(\.count) == 4)
    }
}
