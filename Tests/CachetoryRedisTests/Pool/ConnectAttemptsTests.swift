import CachetoryRedis
import Testing

@Suite struct ConnectAttemptsTests {
    private let start = Timestamp.microseconds(1_000_000)

    @Test func `an attempt that comes back counts once`() {
        var attempts = ConnectAttempts()
        let attempt = attempts.start(at: start, within: .seconds(1))
        #expect(attempt.deadline == start + .seconds(1))
        #expect(attempts.nextEnd == attempt.end)
        let overdue = attempts.takeOverdue(at: attempt.deadline)
        #expect(overdue.isEmpty)
        let counts = attempts.finish(attempt)
        #expect(counts)
        #expect(attempts.nextEnd == .distantFuture)
        #expect(attempts.stuck == 0)
    }

    @Test func `one that does not come back in time counts as failed, and its thread is remembered`() {
        var attempts = ConnectAttempts()
        let (first, second) = (
            attempts.start(at: start, within: .seconds(1)), attempts.start(at: start, within: .seconds(2))
        )
        let overdue = [attempts.takeOverdue(at: first.end), attempts.takeOverdue(at: first.end)]
        #expect(overdue == [[first], []])
        #expect(attempts.stuck == 1)
        #expect(attempts.nextEnd == second.end)
        // It has come back, too late.
        let firstCounts = attempts.finish(first)
        #expect(!firstCounts)
        #expect(attempts.stuck == 0)
        let secondCounts = attempts.finish(second)
        #expect(secondCounts)
    }

    @Test func `no other one is started when too many threads are left behind`() {
        var attempts = ConnectAttempts()
        var left: [ConnectAttempts.Attempt] = []
        while attempts.mayStart {
            let attempt = attempts.start(at: start, within: .seconds(1))
            left.append(attempt)
            _ = attempts.takeOverdue(at: attempt.end)
        }
        #expect(left.count == ConnectAttempts.stuckLimit)
        _ = attempts.finish(left[0])
        #expect(attempts.mayStart)
    }
}
