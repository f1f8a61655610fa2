import CachetoryRedis
import Testing

@Suite final class WriteCoalescingTests {
    private var coalescing = WriteCoalescing()
    private static let replyTime: Int64 = 1_000_000

    // `#expect` changes no value by itself.
    private func cork(callers: Int = 4, at now: Timestamp = .microseconds(0)) -> Bool {
        coalescing.cork(callers: callers, at: now, replyTime: Self.replyTime)
    }
    private func join(at now: Timestamp = .microseconds(0)) -> Bool {
        coalescing.join(at: now, replyTime: Self.replyTime)
    }

    /// The writer runs.
    ///
    /// - Returns: whether it queues itself once more.
    private func run(at now: Timestamp = .microseconds(0)) -> Bool {
        let isNeeded = coalescing.uncork()
        #expect(!coalescing.isCorking)
        if isNeeded { coalescing.recork(at: now, replyTime: Self.replyTime) }
        return isNeeded
    }

    @Test func `a writer is queued behind callers, and what they ask is corked until it runs`() {
        #expect(!coalescing.isCorking)
        #expect(cork())
        #expect(coalescing.isCorking)
        #expect(!run())
        #expect(!coalescing.isCorking)
        #expect(cork())
    }

    @Test func `few callers are not worth a writer`() {
        #expect(!cork(callers: 3))
        #expect(!coalescing.isCorking)
        #expect(coalescing.end == .distantFuture)
    }

    @Test func `there is one writer, and it queues itself again behind callers who came meanwhile, few or many`() {
        #expect(cork())
        #expect(!cork())
        #expect(!cork(callers: 1))
        #expect(run())
        #expect(coalescing.isCorking)
        #expect(!run())
        #expect(!coalescing.isCorking)
    }

    @Test func `nothing is corked for a starved writer for longer than a reply takes, until it has run`() {
        #expect(cork(at: .microseconds(100)))
        #expect(!cork(at: .microseconds(200)))
        #expect(coalescing.end == .microseconds(1100))
        coalescing.giveUpIfStarved(at: .microseconds(1099))
        #expect(coalescing.isCorking)
        coalescing.giveUpIfStarved(at: .microseconds(1100))
        #expect(!coalescing.isCorking)
        #expect(coalescing.end == .distantFuture)
        #expect(!cork(at: .microseconds(1200)))
        #expect(!coalescing.isCorking)
        #expect(!run(at: .microseconds(1300)))
    }

    @Test func `where replies take long, requests are corked for 5 ms`() {
        let isQueued = coalescing.cork(callers: 4, at: .microseconds(0), replyTime: 100_000_000)
        #expect(isQueued)
        #expect(coalescing.end == .microseconds(5000))
    }

    @Test func `while writers are starved, most chances are passed over, until one is not`() {
        for skipped in [1, 3, 7] {
            #expect(cork())
            coalescing.giveUpIfStarved(at: .microseconds(1000))
            #expect(!run())
            for _ in 0..<skipped { #expect(!cork()) }
        }
        #expect(cork())
        #expect(!run())
        #expect(cork())
        coalescing.giveUpIfStarved(at: .microseconds(1000))
        #expect(!run())
        #expect(!cork())
        #expect(cork())
    }

    @Test func `each time it is queued the time begins anew`() {
        #expect(cork())
        #expect(!cork())
        #expect(run(at: .microseconds(900)))
        coalescing.giveUpIfStarved(at: .microseconds(1000))
        #expect(coalescing.isCorking)
        #expect(coalescing.end == .microseconds(1900))
    }

    @Test func `a connection without a reply joins no other one`() {
        let isQueued = coalescing.join(at: .microseconds(0), replyTime: 0)
        #expect(!isQueued)
        #expect(!coalescing.isCorking)
    }

    @Test func `a connection joins another one, and invites others only once it resumes callers itself`() {
        #expect(join())
        #expect(coalescing.isCorking && !coalescing.invitesOthers)
        #expect(!join())
        #expect(!cork(callers: 1))
        #expect(coalescing.isCorking && coalescing.invitesOthers)
        #expect(run())
        #expect(!run())
        #expect(cork())
        #expect(coalescing.invitesOthers)
    }
}
