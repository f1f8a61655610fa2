import CachetoryLocking
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct ConnectLimitTests {
    private typealias Place = ConnectLimit.Place

    /// Who was let in, in order, and the places that they have.
    private final class Order: Sendable {
        private let state = Lock<[(number: Int, place: Place)]>([])

        var numbers: [Int] { state.withLock { $0.map(\.number) } }

        func append(_ number: Int, _ place: Place) { state.withLock { $0.append((number, place)) } }

        /// The place of the one who was let in at an index.
        func place(_ index: Int) -> Place { state.withLock { $0[index].place } }
    }

    private static func makeLimit(_ limit: Int) -> ConnectLimit { ConnectLimit(limit) { _ in } }

    @Test func `so many begin at once, and the others in the order in which they came`() {
        let (limit, order) = (Self.makeLimit(3), Order())
        for number in 0..<8 {
            limit.whenFree { place in
                order.append(number, place)
                return true
            }
        }
        #expect(order.numbers == [0, 1, 2])
        limit.release(order.place(0))
        #expect(order.numbers == [0, 1, 2, 3])
        for index in 1..<8 { limit.release(order.place(index)) }
        #expect(order.numbers == Array(0..<8))
        // All have ended.
        for number in 8..<12 {
            limit.whenFree { place in
                order.append(number, place)
                return true
            }
        }
        #expect(order.numbers == Array(0..<11))
    }

    @Test func `whom nobody wants any more takes nobody's turn`() throws {
        let (limit, order) = (Self.makeLimit(1), Order())
        for number in 0..<6 {
            limit.whenFree { place in
                order.append(number, place)
                // Only these two connect.
                return number == 2 || number == 4
            }
        }
        #expect(order.numbers == [0, 1, 2])
        limit.release(order.place(2))
        #expect(order.numbers == [0, 1, 2, 3, 4])
        limit.release(order.place(4))
        #expect(order.numbers == [0, 1, 2, 3, 4, 5])
        #expect(limit.wait(until: .now + .seconds(1)) != nil)
    }

    @Test func `an attempt that takes long gives its place to the next one, once`() {
        let wakes = Lock<[Timestamp]>([])
        let (limit, order) = (ConnectLimit(2) { wake in wakes.withLock { $0.append(wake) } }, Order())
        let start = Timestamp.now
        for number in 0..<7 {
            limit.whenFree { place in
                order.append(number, place)
                return number != 3
            }
        }
        let end = Timestamp.now
        #expect(order.numbers == [0, 1])
        // Each who has to wait says when there is something to do.
        let patience = ConnectLimit.patience
        #expect(wakes.withLock { $0.count } == 5)
        #expect(wakes.withLock { $0.allSatisfy { start + patience <= $0 && $0 <= end + patience } })
        #expect(limit.tick(at: start) >= start + patience)
        #expect(order.numbers == [0, 1])
        // Both are late, and one who was let in does not want to any more.
        let next = limit.tick(at: end + patience)
        #expect(order.numbers == [0, 1, 2, 3, 4])
        #expect(next >= end + patience && next <= .now + patience)
        // Those who were late have no places to give up.
        limit.release(order.place(0))
        limit.release(order.place(1))
        #expect(order.numbers == [0, 1, 2, 3, 4])
        limit.release(order.place(2))
        limit.release(order.place(4))
        #expect(order.numbers == [0, 1, 2, 3, 4, 5, 6])
        // Nobody waits.
        #expect(limit.tick(at: .now + .seconds(10)) == .distantFuture)
    }

    @Test func `a thread waits for its turn until its deadline`() async throws {
        try await onThread {
            let limit = Self.makeLimit(1)
            let place = try #require(limit.wait(until: .now))
            #expect(limit.wait(until: .now + .milliseconds(20)) == nil)
            #expect(limit.wait(until: Timestamp(nanoseconds: 0)) == nil)
            // The place of those who gave up is nobody's.
            limit.release(place)
            #expect(limit.wait(until: .now) != nil)
            #expect(limit.wait(until: .now) == nil)
        }
    }

    @Test func `a turn that comes at the deadline is taken or passed on, never lost`() async throws {
        let limit = Self.makeLimit(4)
        let inside = Lock(0)
        let most = Lock(0)
        try await onThreads(16) { thread in
            var generator = SeededGenerator(seed: UInt64(thread + 1))
            for _ in 0..<2000 {
                let time = Int64.random(in: 0..<50_000, using: &generator)
                guard let place = limit.wait(until: .now + .nanoseconds(time)) else { continue }
                let count = inside.withLock { inside in
                    inside += 1
                    return inside
                }
                most.withLock { $0 = max($0, count) }
                if time % 2 == 0 { usleep(10) }
                inside.withLock { $0 -= 1 }
                limit.release(place)
            }
        }
        #expect(most.withLock { $0 } <= 4)
        try await onThread {
            for _ in 0..<4 { #expect(limit.wait(until: .now) != nil) }
            #expect(limit.wait(until: .now) == nil)
        }
    }
}
