import CachetoryRedis
import Dispatch
import Testing

@Suite struct FairSemaphoreTests {
    @Test func `there are as many as there should be`() {
        var permits = FairSemaphore(2)
        let first = [permits.take(), permits.take(), permits.take()]
        #expect(first == [true, true, false])
        #expect(permits.lent == 2)
        let next = permits.giveBack()
        #expect(next == nil)
        #expect(permits.lent == 1)
        let second = [permits.take(), permits.take()]
        #expect(second == [true, false])
    }

    @Test func `threads get them in the order in which they came, and nobody overtakes them`() {
        var permits = FairSemaphore(1)
        _ = permits.take()
        let waiters = (0..<100).map { _ in DispatchSemaphore(value: 0) }
        for waiter in waiters { permits.join(waiter) }
        #expect(permits.waiterCount == 100)
        for waiter in waiters {
            let isOvertaken = permits.take()
            #expect(!isOvertaken)
            let next = permits.giveBack()
            #expect(next === waiter)
            // It has the permit, though it may not be awake yet.
            #expect(permits.lent == 1)
        }
        let last = permits.giveBack()
        #expect(last == nil)
        #expect(permits.lent == 0)
        let isFree = permits.take()
        #expect(isFree)
    }

    @Test func `one who gives up leaves the line, but not with a permit that it was given`() {
        var permits = FairSemaphore(1)
        _ = permits.take()
        let (first, second) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        permits.join(first)
        permits.join(second)
        let hasLeft = permits.leave(first)
        #expect(hasLeft)
        let next = permits.giveBack()
        #expect(next === second)
        let leavesTooLate = !permits.leave(second)
        #expect(leavesTooLate)
        #expect(permits.lent == 1 && permits.waiterCount == 0)
    }

    @Test func `one more is the first waiter's, or free`() {
        var permits = FairSemaphore(1)
        _ = permits.take()
        let waiter = DispatchSemaphore(value: 0)
        permits.join(waiter)
        let next = permits.add()
        #expect(next === waiter)
        #expect(permits.lent == 2)
        let nobody = permits.add()
        #expect(nobody == nil)
        #expect(permits.lent == 2)
        let isFree = permits.take()
        #expect(isFree)
    }
}
