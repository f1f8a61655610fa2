import Redis
import Testing

@Suite final class WritingTurnTests {
    private var turn = WritingTurn()
    private static let replyTime: Int64 = 1_000_000

    // `#expect` changes no value by itself.
    private func begin(callers: Int = 4, at now: Timestamp = .microseconds(0)) -> Bool {
        turn.begin(callers: callers, at: now, replyTime: Self.replyTime)
    }
    private func join(at now: Timestamp = .microseconds(0)) -> Bool { turn.join(at: now, replyTime: Self.replyTime) }
    private func finish(at now: Timestamp = .microseconds(0)) -> Bool {
        turn.finish(at: now, replyTime: Self.replyTime)
    }

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

    @Test func `a task whose turn does not come is waited for no longer than a reply takes, until it had its turn`() {
        #expect(begin(at: .microseconds(100)))
        #expect(!begin(at: .microseconds(200)))
        #expect(turn.end == .microseconds(1100))
        turn.giveUp(at: .microseconds(1099))
        #expect(turn.isAwaited)
        turn.giveUp(at: .microseconds(1100))
        #expect(!turn.isAwaited)
        #expect(turn.end == .distantFuture)
        #expect(!begin(at: .microseconds(1200)))
        #expect(!turn.isAwaited)
        #expect(!finish(at: .microseconds(1300)))
    }

    @Test func `where replies take long, it is waited for 5 ms`() {
        let begins = turn.begin(callers: 4, at: .microseconds(0), replyTime: 100_000_000)
        #expect(begins)
        #expect(turn.end == .microseconds(5000))
    }

    @Test func `while turns do not come in time, most chances are passed over, until one does`() {
        for skipped in [1, 3, 7] {
            #expect(begin())
            turn.giveUp(at: .microseconds(1000))
            #expect(!finish())
            for _ in 0..<skipped { #expect(!begin()) }
        }
        #expect(begin())
        #expect(!finish())
        #expect(begin())
        turn.giveUp(at: .microseconds(1000))
        #expect(!finish())
        #expect(!begin())
        #expect(begin())
    }

    @Test func `each time it queues up it is waited for anew`() {
        #expect(begin())
        #expect(!begin())
        #expect(finish(at: .microseconds(900)))
        turn.giveUp(at: .microseconds(1000))
        #expect(turn.isAwaited)
        #expect(turn.end == .microseconds(1900))
    }

    @Test func `a connection joins the turn of another one, and has its own once it resumes callers itself`() {
        #expect(join())
        #expect(turn.isAwaited && turn.isJoined)
        #expect(!join())
        #expect(!begin(callers: 1))
        #expect(turn.isAwaited && !turn.isJoined)
        #expect(finish())
        #expect(!finish())
        #expect(begin())
        #expect(!turn.isJoined)
    }
}
