import CachetoryRedis
import Testing

@Suite struct LeaseQueueTests {
    private typealias Kind = PoolState<FakeMember>.Kind

    /// A queue of callers, of whom only the waiters matter.
    private func queue(
        _ callers: [(kind: Kind, waiter: Waiter<FakeMember>, deadline: Int64)]
    ) -> LeaseQueue<FakeMember> {
        var queue = LeaseQueue<FakeMember>()
        for caller in callers {
            queue.append(
                caller.waiter, caller.kind, deadline: .microseconds(caller.deadline), isCommandDeadline: false)
        }
        return queue
    }

    private let waiters = (0..<4).map { _ in Waiter<FakeMember>() }

    @Test func `first come, first served`() {
        var queue = queue([(.shared, waiters[0], 1), (.exclusive, waiters[1], 1), (.shared, waiters[2], 1)])
        var served: [Waiter<FakeMember>] = []
        while let entry = queue.first() {
            served.append(entry.waiter)
            queue.removeFirst(entry.kind)
        }
        #expect(zip(served, waiters).allSatisfy { $0 === $1 })
        #expect(served.count == 3)
    }

    @Test func `each kind has a first of its own`() {
        var queue = queue([(.exclusive, waiters[0], 1), (.shared, waiters[1], 1), (.shared, waiters[2], 1)])
        #expect(queue.first(.shared)?.waiter === waiters[1])
        queue.removeFirst(.shared)
        #expect(queue.first(.shared)?.waiter === waiters[2])
        #expect(queue.first()?.waiter === waiters[0])
        queue.removeFirst(.exclusive)
        #expect(queue.first()?.waiter === waiters[2])
        #expect(queue.first(.exclusive) == nil)
    }

    @Test func `those who were cancelled are passed over`() {
        var queue = queue([(.shared, waiters[0], 1), (.shared, waiters[1], 1), (.exclusive, waiters[2], 1)])
        waiters[0].fail(CancellationError())
        #expect(queue.first()?.waiter === waiters[1])
        waiters[1].fail(CancellationError())
        #expect(queue.first()?.waiter === waiters[2])
        waiters[2].fail(CancellationError())
        #expect(queue.first() == nil)
    }

    @Test func `those whose deadline has passed are taken, wherever they stand`() {
        var queue = queue([
            (.shared, waiters[0], 30), (.shared, waiters[1], 10), (.exclusive, waiters[2], 20),
            (.shared, waiters[3], 5),
        ])
        waiters[3].fail(CancellationError())
        let expired = queue.takeExpired(at: .microseconds(20)).map(\.waiter)
        #expect(expired.count == 3)
        #expect(expired.contains { $0 === waiters[1] } && expired.contains { $0 === waiters[2] })
        #expect(queue.nextDeadline == .microseconds(30))
        #expect(queue.takeAll().map(\.waiter).first === waiters[0])
        #expect(queue.nextDeadline == .distantFuture)
    }

    @Test func `those who were cancelled do not pile up behind one who waits`() {
        var queue = queue([(.shared, waiters[0], 1)])
        weak var cancelled: Waiter<FakeMember>?
        for number in 0..<1000 {
            let waiter = Waiter<FakeMember>()
            if number == 0 { cancelled = waiter }
            queue.append(waiter, .shared, deadline: .distantFuture, isCommandDeadline: false)
            waiter.fail(CancellationError())
        }
        #expect(cancelled == nil)
        #expect(queue.first()?.waiter === waiters[0])
    }
}
