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

    // MARK: - For a time

    @Test(arguments: [Duration.seconds(-1), .zero, .nanoseconds(1), .milliseconds(1), .milliseconds(50)])
    func `a wait at a closed latch ends at its time`(_ time: Duration) async throws {
        let latch = Latch()
        let (isOpen, overdue) = try await onThread {
            let end = ContinuousClock.now + time
            let isOpen = latch.wait(until: end)
            return (isOpen, end.duration(to: .now))
        }
        #expect(!isOpen)
        #expect(overdue >= .zero)
        // For a machine that has much else to do.
        #expect(overdue < .seconds(10))
    }

    @Test func `an open latch is passed, whatever the time`() async throws {
        let latch = Latch()
        latch.open()
        try await onThread {
            for time in [Duration.seconds(-1), .zero, .seconds(1_000_000_000)] {
                #expect(latch.wait(until: ContinuousClock.now + time))
            }
        }
    }

    /// Some wait before it is opened, some come later. Both have years.
    @Test func `threads that wait for a time pass when it is opened`() async throws {
        for _ in 0..<20 {
            let latch = Latch()
            let passed = Lock(0)
            try await onThreads(8) { thread in
                if thread == 4 { latch.open() }
                let years = ContinuousClock.now + .seconds(1_000_000_000)
                if latch.wait(until: years) { passed.withLock { $0 += 1 } }
            }
            #expect(passed.withLock { $0 } == 8)
        }
    }

    @Test func `a thread whose time is over leaves the others waiting`() async throws {
        let latch = Latch()
        try await onThreads(2) { thread in
            if thread == 0 {
                #expect(latch.wait(until: ContinuousClock.now + .milliseconds(5)) == false)
                latch.open()
            } else {
                #expect(latch.wait(until: ContinuousClock.now + .seconds(240)))
            }
        }
    }
}
