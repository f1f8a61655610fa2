import Redis
import Testing

@Suite final class WritingTurnTests {
    private var turn = WritingTurn()

    // `#expect` changes no value by itself.
    private func begin(callers: Int = 4, at now: Timestamp = .microseconds(0)) -> Bool {
        turn.begin(callers: callers, at: now)
    }
    private func finish(at now: Timestamp = .microseconds(0)) -> Bool { turn.finish(at: now) }

    @Test func `a task queues up behind callers, and is waited for until its turn`() {
        #expect(!turn.isAwaited)
        #expect(begin())
        #expect(turn.isAwaited)
        #expect(!finish())
        #expect(!turn.isAwaited)
        #expect(begin())
    }

    @Test func `few callers are not worth a task`() {
        #expect(!begin(callers: 3))
        #expect(!turn.isAwaited)
        #expect(turn.end == .distantFuture)
    }

    @Test func `there is one task, and it queues up again behind callers who came meanwhile, few or many`() {
        #expect(begin())
        #expect(!begin())
        #expect(!begin(callers: 1))
        #expect(finish())
        #expect(turn.isAwaited)
        #expect(!finish())
        #expect(!turn.isAwaited)
    }

    @Test func `a task whose turn does not come is waited for no longer, until it had its turn`() {
        #expect(begin(at: .microseconds(100)))
        #expect(!begin(at: .microseconds(200)))
        #expect(turn.end == .microseconds(5100))
        turn.giveUp(at: .microseconds(5099))
        #expect(turn.isAwaited)
        turn.giveUp(at: .microseconds(5100))
        #expect(!turn.isAwaited)
        #expect(turn.end == .distantFuture)
        #expect(!begin(at: .microseconds(5200)))
        #expect(!turn.isAwaited)
        #expect(!finish(at: .microseconds(5300)))
        #expect(begin(at: .microseconds(5400)))
    }

    @Test func `each time it queues up it is waited for anew`() {
        #expect(begin())
        #expect(!begin())
        #expect(finish(at: .microseconds(4900)))
        turn.giveUp(at: .microseconds(5000))
        #expect(turn.isAwaited)
        #expect(turn.end == .microseconds(9900))
    }
}
