import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct TicketsTests {
    @Test(arguments: [(1, 1), (5, 50), (1000, 7), (100_001, 8)], [false, true])
    func `every number is handed out once`(of numbers: (limit: Int, workers: Int), inOrder: Bool) async {
        let (limit, workers) = numbers
        let tickets = Tickets(limit: limit, workers: workers, inOrder: inOrder)
        let taken = await withTaskGroup(of: [Int].self) { group in
            for _ in 0..<workers {
                group.addTask {
                    var taken: [Int] = []
                    while case let range = tickets.take(), !range.isEmpty { taken += range }
                    return taken
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(taken.sorted() == Array(0..<limit))
        #expect(tickets.taken == limit)
        #expect(tickets.areExhausted)
    }

    @Test func `with times of their own, numbers are handed out one by one`() {
        let tickets = Tickets(limit: 1_000_000, workers: 2, inOrder: true)
        #expect(tickets.take() == 0..<1)
        #expect(tickets.take() == 1..<2)
        #expect(tickets.taken == 2)
    }

    @Test func `few requests are shared by all workers`() {
        let tickets = Tickets(limit: 100, workers: 50, inOrder: false)
        #expect(tickets.take() == 0..<1)
    }
}
