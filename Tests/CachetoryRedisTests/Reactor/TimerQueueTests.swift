import CachetoryRedis
import Testing

@Suite struct TimerQueueTests {
    @Test func `without a timer nothing is due`() {
        var timers = TimerQueue()
        #expect(timers.next == .distantFuture)
        #expect(timers.takeDue(at: .microseconds(1)).isEmpty)
    }

    @Test func `timers are due at their deadline, once`() {
        var timers = TimerQueue()
        timers.schedule(1, at: .microseconds(30))
        timers.schedule(2, at: .microseconds(10))
        timers.schedule(3, at: .microseconds(10))
        #expect(timers.next == .microseconds(10))
        #expect(timers.takeDue(at: .microseconds(9)).isEmpty)
        #expect(Set(timers.takeDue(at: .microseconds(10))) == [2, 3])
        #expect(timers.next == .microseconds(30))
        #expect(timers.takeDue(at: .microseconds(40)) == [1])
        #expect(timers.next == .distantFuture)
    }

    @Test(arguments: [[10, 20, 30], [30, 20, 10], [20, 10, 30]] as [[Int64]])
    func `the earliest deadline of a token stays, in whatever order they come`(deadlines: [Int64]) {
        var timers = TimerQueue()
        for deadline in deadlines { timers.schedule(7, at: .microseconds(deadline)) }
        #expect(timers.next == .microseconds(10))
        #expect(timers.takeDue(at: .microseconds(10)) == [7])
        #expect(timers.takeDue(at: .microseconds(30)).isEmpty)
    }

    @Test func `a cancelled timer is not due`() {
        var timers = TimerQueue()
        timers.schedule(1, at: .microseconds(10))
        timers.schedule(2, at: .microseconds(20))
        timers.cancel(1)
        timers.cancel(5)
        #expect(timers.next == .microseconds(20))
        #expect(timers.takeDue(at: .microseconds(50)) == [2])
    }
}
