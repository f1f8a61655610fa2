/// Which keys are being computed, and who waits for them: a plain value without tasks, threads or locks.
///
/// A computation is a *flight*: of one key or of several, with a *seat* for each caller who waits for it. Who wants a key
/// takes a seat on the flight that the key is on, if there is one. A write *overtakes* the flights of its keys: callers
/// who have a seat get the values, which are not stored, and later callers start anew. The value says what is to be done,
/// to be done without the lock.
struct FlightTable<Value: Sendable, Waiter: Sendable> {
    /// The values computed. A flight may land without those of some of its keys.
    typealias Landing = Result<[CacheKey: Value], any Error>

    private var flights: [Int: Flight] = [:]
    private var routes = FlightRoutes()
    private var lastNumber = 0

    /// How many flights have neither landed nor been given up.
    private(set) var underWay = 0

    /// Counts landings, and flights that were overtaken.
    var mark: Int { routes.mark }

    /// How many seats are taken.
    var seats: Int { flights.values.reduce(0) { $0 + $1.seatCount } }

    private mutating func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }
}

// MARK: - Callers

extension FlightTable {
    /// Takes a seat on the flight of each key, or on a new one for all the keys that have none.
    ///
    /// - Parameters:
    ///   - keys: each once.
    ///   - mark: the ``mark`` before the keys were seen missing.
    ///   - priority: the caller's, if it is a task.
    mutating func board(_ keys: [CacheKey], since mark: Int, at priority: TaskPriority? = nil) -> Boarding {
        var boarding = Boarding()
        var unclaimed: [CacheKey] = []
        var joined: Set<Int> = []
        for key in keys {
            guard let flight = routes.flight(of: key) else {
                unclaimed.append(key)
                continue
            }
            if joined.insert(flight).inserted, let seat = takeSeat(on: flight, for: key) { boarding.seats.append(seat) }
        }
        if let priority { boarding.slower = escalate(boarding.seats, to: priority) }
        if !unclaimed.isEmpty {
            let stale = unclaimed.filter { routes.isStamped($0, since: mark) }
            boarding.departure = makeFlight(of: unclaimed, stale: stale, at: priority)
        }
        return boarding
    }

    private mutating func makeFlight(
        of keys: [CacheKey], stale: [CacheKey], at priority: TaskPriority?
    ) -> Departure? {
        let number = nextNumber()
        flights[number] = Flight(of: keys, at: priority)
        underWay += 1
        routes.add(keys, to: number)
        guard let seat = takeSeat(on: number, for: keys[0]) else { return nil }
        return Departure(flight: number, keys: keys, stale: stale, seat: seat)
    }

    /// Notes the task of a flight that was started.
    mutating func depart(_ number: Int, task: Task<Void, Never>) -> Order? {
        if flights[number] == nil { return .cancel }
        return flights[number]?.depart(task).map(Order.escalate)
    }

    /// Raises the priority of flights to that of a caller.
    ///
    /// - Returns: the tasks that run at a lower one, for the caller to escalate.
    mutating func escalate(_ seats: [Seat], to priority: TaskPriority) -> [Task<Void, Never>] {
        seats.compactMap { flights[$0.flight]?.escalate(to: priority) }
    }

    /// Waits for a flight.
    ///
    /// - Returns: whether there is nothing to wait for; otherwise the waiter will be resumed. Then the caller takes the
    ///   ``landing(for:)``.
    mutating func wait(_ waiter: Waiter, in seat: Seat) -> Bool {
        flights[seat.flight]?.wait(waiter, in: seat.number) ?? true
    }

    /// Gives up a seat for what its flight has landed with; a `CancellationError` where the seat was given up before.
    mutating func landing(for seat: Seat) -> Landing {
        guard let landing = flights[seat.flight]?.landing(for: seat.number) else {
            return .failure(CancellationError())
        }
        free(seat)
        return landing
    }

    /// Gives up seats.
    ///
    /// - Returns: the waiters in them, for the caller to resume, and the tasks that nobody is left to wait for.
    mutating func leave(_ seats: [Seat]) -> (waiters: [Waiter], tasks: [Task<Void, Never>]) {
        var waiters: [Waiter] = []
        var tasks: [Task<Void, Never>] = []
        for seat in seats {
            if let waiter = flights[seat.flight]?.waiter(in: seat.number) { waiters.append(waiter) }
            if let task = free(seat) { tasks.append(task) }
        }
        return (waiters, tasks)
    }

    private mutating func takeSeat(on flight: Int, for key: CacheKey) -> Seat? {
        let number = nextNumber()
        guard let computation = flights[flight]?.computation else { return nil }
        flights[flight]?.takeSeat(number)
        return Seat(computation: computation, key: key, flight: flight, number: number)
    }

    /// Gives up one seat; with the last one, the flight, unless it is storing.
    ///
    /// - Returns: the flight's task if it was given up.
    @discardableResult
    private mutating func free(_ seat: Seat) -> Task<Void, Never>? {
        guard flights[seat.flight]?.free(seat.number) == true, let flight = flights[seat.flight], flight.isEmpty else {
            return nil
        }
        if flight.hasLanded {
            flights[seat.flight] = nil
            return nil
        }
        // A command that is under way cannot be taken back: who writes the key has to know that it is.
        if flight.storing != nil { return nil }
        flights[seat.flight] = nil
        underWay -= 1
        // Whoever comes now starts anew: what was cancelled may fail.
        routes.remove(flight.keys, of: seat.flight)
        return flight.task
    }
}

// MARK: - The end of a flight

extension FlightTable {
    /// Begins to store values of a flight. From now on until it lands, it is not given up, and writes wait for it.
    ///
    /// - Returns: those of the keys that are to be stored: none if the flight was given up.
    mutating func beginStoring(_ number: Int, _ keys: some Sequence<CacheKey>) -> [CacheKey] {
        guard let keys = flights[number]?.beginStoring(keys) else { return [] }
        routes.beginStoring(keys, of: number)
        return keys
    }

    /// Ends a flight.
    ///
    /// - Returns: the waiters, for the caller to resume.
    mutating func land(_ number: Int, _ landing: Landing) -> [Waiter] {
        guard let flight = flights[number] else { return [] }
        routes.land(flight.keys, storing: flight.storing ?? [], of: number)
        underWay -= 1
        let waiters = flights[number]?.land(landing) ?? []
        if flight.isEmpty { flights[number] = nil }
        return waiters
    }
}

// MARK: - Writes

extension FlightTable {
    /// Detaches keys that are about to be written from their flights, which will not store them.
    ///
    /// - Parameter own: the computation that the write is part of, which must not wait for itself.
    /// - Returns: a seat on each flight that is storing one of the keys already. The write has to wait for those, or it
    ///   may be executed before them.
    mutating func overtake(_ keys: some Collection<CacheKey>, by own: Computation? = nil) -> [Seat] {
        detach(keys)
        var found: Set<Int> = []
        var seats: [Seat] = []
        for key in keys {
            for number in routes.stores(of: key) where flights[number]?.computation !== own {
                guard found.insert(number).inserted, let seat = takeSeat(on: number, for: key) else { continue }
                seats.append(seat)
            }
        }
        return seats
    }

    /// Overtakes all flights, as ``overtake(_:by:)`` does those of some keys.
    mutating func overtakeAll(by own: Computation? = nil) -> [Seat] {
        overtake(routes.keys, by: own)
    }

    /// Detaches keys from their flights: callers who come now start anew, and the flights do not store them, unless they
    /// have begun to.
    mutating func detach(_ keys: some Collection<CacheKey>) {
        for key in keys {
            if let number = routes.detach(key) { flights[number]?.overtake(key) }
        }
    }
}
