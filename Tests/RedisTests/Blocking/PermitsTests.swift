import Locking
import Redis
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct PermitsTests {
    private static let second: Int64 = 1_000_000_000

    /// Who was served, one after the other.
    private final class Order: Sendable {
        let numbers = Lock<[Int]>([])
    }

    @Test func `there are as many as there should be`() {
        let permits = Permits(2)
        #expect(permits.take(within: 0))
        #expect(permits.take(within: 0))
        #expect(!permits.take(within: 0))
        permits.giveBack()
        #expect(permits.take(within: 0))
        #expect(!permits.take(within: 1000))
        #expect(permits.waiterCount == 0)
    }

    @Test func `threads are served in the order in which they came`() async throws {
        let permits = Permits(0)
        let order = Order()
        try await withThrowingTaskGroup { group in
            for number in 0..<100 {
                group.addTask {
                    try await onThread {
                        guard permits.take(within: 100 * Self.second) else { return }
                        order.numbers.withLock { $0.append(number) }
                        permits.giveBack()
                    }
                }
                let isWaiting = try await eventually { permits.waiterCount == number + 1 }
                #expect(isWaiting)
            }
            permits.giveBack()
            try await group.waitForAll()
        }
        #expect(order.numbers.withLock { $0 } == Array(0..<100))
    }

    @Test func `a wait ends at its time, and the permit goes to the next`() async throws {
        let permits = Permits(0)
        let (time, isTaken) = try await timed { try await onThread { permits.take(within: Self.second / 10) } }
        #expect(!isTaken)
        #expect(time >= .milliseconds(100) && time < .milliseconds(100) + tolerance)
        let next = Task { try await onThread { permits.take(within: 100 * Self.second) } }
        let isWaiting = try await eventually { permits.waiterCount == 1 }
        #expect(isWaiting)
        permits.giveBack()
        #expect(try await next.value)
    }

    @Test func `where waits end in the moment of a signal, none is lost`() async throws {
        let permits = Permits(3)
        let taken = Counter()
        try await onThreads(16) { thread in
            var generator = SeededGenerator(seed: UInt64(thread + 1))
            for _ in 0..<2000 where permits.take(within: Int64(generator.next() % 50_000)) {
                taken.add()
                permits.giveBack()
            }
        }
        #expect(taken.count > 0)
        #expect(permits.waiterCount == 0)
        let isThere = (0..<4).map { _ in permits.take(within: 0) }
        #expect(isThere == [true, true, true, false])
    }
}
