import Testing

@testable import Cachetory

/// The table alone: without tasks, threads or a cache.
@Suite struct FlightTableTests {
    private var table = FlightTable<Int, String>()
    private let a = CacheKey("a")
    private let b = CacheKey("b")
    private let c = CacheKey("c")

    private mutating func depart(_ keys: [CacheKey], since mark: Int? = nil) throws
        -> FlightTable<Int, String>.Departure
    {
        try #require(table.board(keys, since: mark ?? table.mark).departure)
    }

    @Test mutating func `keys that others compute are joined, and the rest departs`() throws {
        let first = try depart([a, b])
        let second = table.board([b, a, c], since: 0)
        #expect(second.seats.map(\.key) == [b])
        #expect(second.departure?.keys == [c])
        #expect(table.seats == 3)
        #expect(table.underWay == 2)
        let seat = try #require(second.seats.first)
        #expect(table.wait("waiter", in: seat) == false)
        #expect(table.land(first.flight, .success([a: 1, b: 2])) == ["waiter"])
        #expect(try table.landing(for: seat).get() == [a: 1, b: 2])
        #expect(try table.landing(for: first.seat).get() == [a: 1, b: 2])
        #expect(table.underWay == 1)
    }

    @Test mutating func `only a key that landed meanwhile is stale`() throws {
        let mark = table.mark
        let first = try depart([a])
        _ = table.land(first.flight, .success([a: 1]))
        #expect(try depart([a, b], since: mark).stale == [a])
        #expect(try depart([c], since: table.mark).stale.isEmpty)
    }

    @Test mutating func `an overtaken key is not stored and departs anew`() throws {
        let first = try depart([a, b])
        #expect(table.overtake([a]).isEmpty)
        let second = table.board([a, b], since: table.mark)
        #expect(second.seats.map(\.key) == [b])
        #expect(second.departure?.keys == [a])
        #expect(table.beginStoring(first.flight, [a, b]) == [b])
        #expect(table.beginStoring(try #require(second.departure).flight, [a]) == [a])
    }

    @Test mutating func `a write gets a seat on every flight that stores its key`() throws {
        let first = try depart([a])
        #expect(table.beginStoring(first.flight, [a]) == [a])
        let waiting = table.overtake([a])
        #expect(waiting.count == 1)
        // The key goes on with another flight, and the first one is still storing it.
        let second = try depart([a])
        #expect(table.beginStoring(second.flight, [a]) == [a])
        #expect(table.overtake([a, b]).count == 2)
        #expect(table.overtake([a], by: second.seat.computation).count == 1)
        #expect(table.overtakeAll().count == 2)
        _ = table.land(first.flight, .success([:]))
        _ = table.land(second.flight, .success([:]))
        #expect(table.overtake([a]).isEmpty)
        #expect(table.underWay == 0)
    }

    @Test mutating func `all are overtaken at once`() throws {
        let first = try depart([a, b])
        #expect(table.overtakeAll().isEmpty)
        #expect(table.beginStoring(first.flight, [a, b]).isEmpty)
        #expect(table.board([a, b], since: table.mark).departure?.keys == [a, b])
    }

    @Test mutating func `a flight that nobody waits for is given up, unless it is storing`() throws {
        let first = try depart([a])
        _ = table.leave([first.seat])
        #expect(table.underWay == 0)
        #expect(table.beginStoring(first.flight, [a]).isEmpty)
        #expect(table.land(first.flight, .success([a: 1])).isEmpty)
        let second = try depart([a])
        #expect(table.beginStoring(second.flight, [a]) == [a])
        _ = table.leave([second.seat])
        #expect(table.underWay == 1)
        #expect(table.overtake([a]).count == 1)
        _ = table.land(second.flight, .success([a: 1]))
        #expect(table.underWay == 0)
    }

    @Test mutating func `a waiter that leaves is resumed once`() throws {
        let first = try depart([a])
        #expect(table.wait("waiter", in: first.seat) == false)
        #expect(table.land(first.flight, .success([a: 1])) == ["waiter"])
        #expect(table.leave([first.seat]).waiters.isEmpty)
        #expect(throws: CancellationError.self) { try table.landing(for: first.seat).get() }
        #expect(table.seats == 0)
    }

    @Test mutating func `a flight is raised to the priority of its callers`() throws {
        let first = try #require(table.board([a], since: 0, at: .background).departure)
        #expect(table.board([a], since: 0, at: .high).slower.isEmpty)  // its task is not known yet
        let task = Task {}
        guard case .escalate(let priority) = table.depart(first.flight, task: task) else {
            Issue.record("the task is not escalated")
            return
        }
        #expect(priority == .high)
        #expect(table.board([a], since: 0, at: .medium).slower.isEmpty)
        #expect(table.board([a], since: 0, at: TaskPriority(rawValue: 40)).slower == [task])
        _ = table.leave([first.seat])
    }
}
