import Locking

/// Computes missing values, each once for all the threads that want it at the same time: ``Flights`` without tasks.
///
/// The thread that asks first computes; the others wait.
@usableFromInline
final class BlockingFlights<Value: Sendable>: Sendable {
    typealias Table = FlightTable<Value, Latch>
    typealias Values = [CacheKey: Value]

    private let table = LockedFlightTable<Value, Latch>()

    /// A point in time, to be taken before keys are looked up.
    @usableFromInline var mark: Int { table.mark }

    /// Whether nothing is being computed or stored, so that there is nothing to overtake.
    var isIdle: Bool { table.isIdle }

    /// How many callers there are, those that compute among them, each counted for every flight that it has a seat on.
    var callers: Int { table.seats }
}

// MARK: - Computing

extension BlockingFlights {
    /// The values of missing keys, computed by this thread or by others.
    ///
    /// - Parameters:
    ///   - keys: each once.
    ///   - mark: taken before the keys were seen missing.
    ///   - look: looks up keys that may have been stored since they were seen missing.
    ///   - compute: computes keys that nobody computes yet.
    ///   - store: stores what was computed, without the keys that were overtaken.
    /// - Returns: what was computed, possibly without some of the keys.
    /// - Throws: what the computation or its storing throws; ``CacheError/cycle(_:)``.
    func values(
        of keys: [CacheKey], since mark: Int, look: (_ keys: [CacheKey]) throws -> Values,
        compute: (_ keys: [CacheKey]) throws -> ComputedValues<Value>,
        store: (_ computed: ComputedValues<Value>) throws -> Void
    ) throws -> Values {
        let boarding = table.update { $0.board(keys, since: mark) }
        do {
            // Before waiting for others: they may be waiting for this one.
            var values: Values = [:]
            if let departure = boarding.departure { values = try run(departure, look, compute, store).get() }
            try wait(for: boarding.seats) { values.merge(try $0.get()) { _, last in last } }
            return values
        } catch {
            leave(boarding.seats)
            throw error
        }
    }

    private func run(
        _ departure: Table.Departure, _ look: (_ keys: [CacheKey]) throws -> Values,
        _ compute: (_ keys: [CacheKey]) throws -> ComputedValues<Value>,
        _ store: (_ computed: ComputedValues<Value>) throws -> Void
    ) -> Table.Landing {
        // What this thread computes already goes on only when this one has landed. That closes no cycle, for a new
        // computation waits for nobody.
        let wait = try? table.beginWait(for: [departure.seat])
        defer { wait?.end() }
        let landing = Computation.$current.withValue(departure.seat.computation) {
            Result { try fly(departure, look, compute, store) }
        }
        for waiter in table.land(departure, landing) { waiter.open() }
        leave([departure.seat])
        return landing
    }

    private func fly(
        _ departure: Table.Departure, _ look: (_ keys: [CacheKey]) throws -> Values,
        _ compute: (_ keys: [CacheKey]) throws -> ComputedValues<Value>,
        _ store: (_ computed: ComputedValues<Value>) throws -> Void
    ) throws -> Values {
        var values = departure.stale.isEmpty ? [:] : try look(departure.stale)
        let missing = departure.missing(in: values)
        if missing.isEmpty { return values }
        let computed = try compute(missing)
        if let stored = table.beginStoring(computed, of: departure) { try store(stored) }
        values.merge(computed.values) { _, last in last }
        return values
    }
}

// MARK: - Overtaking

extension BlockingFlights {
    /// Sees to it that no value of a computation under way is stored from now on, for keys that are about to be written.
    ///
    /// It waits for values that are being stored already, so that the write is executed after that.
    ///
    /// - Throws: ``CacheError/cycle(_:)``.
    func overtake(_ keys: [String]) throws {
        try waitForStores(table.overtake(keys))
    }

    /// The same for all keys.
    func overtakeAll() throws {
        try waitForStores(table.overtakeAll())
    }

    /// Detaches computations that began during a write of their keys.
    func detach(_ keys: [String]) {
        table.detach(keys)
    }

    private func waitForStores(_ seats: [Table.Seat]) throws {
        if seats.isEmpty { return }
        defer { leave(seats) }
        // That storing failed is the matter of those who asked for the value.
        try wait(for: seats) { _ in }
    }
}

// MARK: - Waiting

extension BlockingFlights {
    /// Waits for flights one after the other. Where it throws, the caller gives up the seats.
    private func wait(for seats: [Table.Seat], _ body: (_ landing: Table.Landing) throws -> Void) throws {
        let wait = try table.beginWait(for: seats)
        defer { wait?.end() }
        for seat in seats {
            let latch = Latch()
            if !table.update({ $0.wait(latch, in: seat) }) { latch.wait() }
            try body(table.update { $0.landing(for: seat) })
        }
    }

    private func leave(_ seats: [Table.Seat]) {
        if seats.isEmpty { return }
        // Nobody else waits in them, and threads have no task to cancel.
        _ = table.update { $0.leave(seats) }
    }
}
