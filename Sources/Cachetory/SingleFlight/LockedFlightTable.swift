import Locking
import Synchronization

/// A ``FlightTable`` behind a lock: all that computing for tasks and for threads have in common. They differ in how one
/// waits.
struct LockedFlightTable<Value: Sendable, Waiter: Sendable>: ~Copyable, Sendable {
    typealias Table = FlightTable<Value, Waiter>

    private let table = Lock(Table())

    /// A copy of the table's, which is read without the lock: on every hit.
    private let lastMark = Atomic(0)

    /// A copy of the table's, which is read without the lock: before every write.
    private let underWay = Atomic(0)

    /// A point in time, to be taken before keys are looked up.
    var mark: Int { lastMark.load(ordering: .acquiring) }

    /// Whether nothing is being computed or stored, so that there is nothing to overtake.
    var isIdle: Bool { underWay.load(ordering: .sequentiallyConsistent) == 0 }

    /// How many seats are taken.
    var seats: Int { table.withLock { $0.seats } }

    /// Changes the table.
    func update<Result>(_ body: (inout Table) -> Result) -> Result {
        table.withLock { table in
            let result = body(&table)
            lastMark.store(table.mark, ordering: .releasing)
            underWay.store(table.underWay, ordering: .sequentiallyConsistent)
            return result
        }
    }

    /// Notes that the running code waits for flights.
    ///
    /// - Returns: what has to be ended after the wait, nil if nothing was noted.
    /// - Throws: ``CacheError/cycle(_:)`` if one of them waits for the running code, and would do so for ever.
    func beginWait(for seats: [Table.Seat]) throws(CacheError) -> Computation.Wait? {
        try Computation.beginWait(for: seats.map { ($0.computation, $0.key) })
    }
}

// MARK: - The end of a flight

extension LockedFlightTable {
    /// Begins to store what a flight has computed.
    ///
    /// - Returns: what of it is to be stored; nil if nothing is.
    func beginStoring(_ computed: ComputedValues<Value>, of departure: Table.Departure) -> ComputedValues<Value>? {
        if !computed.isStored { return nil }
        let keys = update { $0.beginStoring(departure.flight, computed.values.keys) }
        return keys.isEmpty ? nil : computed.limited(to: keys)
    }

    /// Ends a flight.
    ///
    /// - Returns: the waiters, for the caller to resume.
    func land(_ departure: Table.Departure, _ landing: Table.Landing) -> [Waiter] {
        departure.seat.computation.end()
        return update { $0.land(departure.flight, landing) }
    }
}

// MARK: - Overtaking

extension LockedFlightTable {
    /// Detaches keys from their flights, for the running code is about to write them.
    ///
    /// - Returns: seats on flights that the write has to wait for.
    func overtake(_ keys: [String]) -> [Table.Seat] {
        let own = Computation.current
        return update { $0.overtake(keys.map(CacheKey.init), by: own) }
    }

    /// The same for all keys.
    func overtakeAll() -> [Table.Seat] {
        let own = Computation.current
        return update { $0.overtakeAll(by: own) }
    }

    /// Detaches keys from flights that began during a write of them.
    func detach(_ keys: [String]) {
        update { $0.detach(keys.map(CacheKey.init)) }
    }
}
