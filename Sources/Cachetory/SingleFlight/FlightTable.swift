/// Which keys are being computed, and who waits for them: a plain value without tasks, threads or locks.
///
/// A computation is a *flight*: of one key or of several, with a *seat* for each caller who waits for it. Who wants a key
/// takes a seat on the flight that the key is on, if there is one. A write *overtakes* the flights of its keys: callers
/// who have a seat get the values, which are not stored, and later callers start anew. The value says what is to be done,
/// to be done without the lock.
struct FlightTable<Value: Sendable, Waiter: Sendable> {
    /// The values computed. A flight may land without those of some of its keys.
    typealias Landing = Result<[CacheKey: Value], any Error>

    /// One caller's place on one flight.
    struct Seat: Sendable {
        let computation: Computation

        /// What it was taken for; of several keys, the first.
        let key: CacheKey

        fileprivate let flight: Int
        fileprivate let number: Int
    }

    /// What a caller got for the keys that it asked for.
    struct Boarding {
        /// On flights of others.
        var seats: [Seat] = []

        /// The own flight, which the caller has to start; nil if all the keys were on others already.
        var departure: Departure?

        /// The tasks of flights that run at a lower priority than the caller, for it to escalate.
        var slower: [Task<Void, Never>] = []
    }

    /// A flight that is to be started.
    struct Departure {
        let flight: Int
        let keys: [CacheKey]

        /// Those of the keys that may have been stored since the caller saw them missing.
        let stale: [CacheKey]

        let seat: Seat
    }

    /// What has to be done with the task of a flight that was started.
    enum Order {
        /// Nobody is left to wait for it.
        case cancel
        /// Somebody of a higher priority has come.
        case escalate(TaskPriority)
    }

    private struct Flight {
        let keys: [CacheKey]
        let computation = Computation()

        /// Nil where threads wait, and until the flight has been told of its task.
        var task: Task<Void, Never>?
        /// The highest of its callers.
        var priority: TaskPriority?
        /// The priority that the task was made with, or escalated to.
        var taskPriority: TaskPriority?

        /// Those who have not got the result, with a waiter if they wait already.
        var seats: [Int: Waiter?] = [:]

        /// The keys that were written by others since; their values are not stored.
        var overtaken: Set<CacheKey> = []

        /// The keys whose values are being stored; nil before that.
        var storing: [CacheKey]?

        var landing: Landing?
    }

    private var flights: [Int: Flight] = [:]

    /// The flight of each key; none that has landed, was given up or was overtaken.
    private var routes: [CacheKey: Int] = [:]

    /// The flights that are storing a key: one that was overtaken, and those that were started since.
    private var stores: [CacheKey: [Int]] = [:]

    private var stamps = KeyStamps()
    private var lastNumber = 0

    /// How many flights have neither landed nor been given up.
    private(set) var underWay = 0

    /// Counts landings, and flights that were overtaken.
    var mark: Int { stamps.mark }

    /// How many seats are taken.
    var seats: Int { flights.values.reduce(0) { $0 + $1.seats.count } }
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
            guard let flight = routes[key] else {
                unclaimed.append(key)
                continue
            }
            if joined.insert(flight).inserted, let seat = takeSeat(on: flight, for: key) { boarding.seats.append(seat) }
        }
        if let priority { boarding.slower = escalate(boarding.seats, to: priority) }
        if !unclaimed.isEmpty {
            boarding.departure = makeFlight(
                of: unclaimed, stale: unclaimed.filter { stamps.isStamped($0, since: mark) }, at: priority)
        }
        return boarding
    }

    private mutating func makeFlight(
        of keys: [CacheKey], stale: [CacheKey], at priority: TaskPriority?
    ) -> Departure? {
        let number = nextNumber()
        flights[number] = Flight(keys: keys, priority: priority, taskPriority: priority)
        underWay += 1
        for key in keys { routes[key] = number }
        guard let seat = takeSeat(on: number, for: keys[0]) else { return nil }
        return Departure(flight: number, keys: keys, stale: stale, seat: seat)
    }

    /// Notes the task of a flight that was started.
    mutating func depart(_ number: Int, task: Task<Void, Never>) -> Order? {
        guard let flight = flights[number] else { return .cancel }
        flights[number]?.task = task
        guard let priority = flight.priority, let old = flight.taskPriority, priority > old else { return nil }
        flights[number]?.taskPriority = priority
        return .escalate(priority)
    }

    /// Raises the priority of flights to that of a caller.
    ///
    /// - Returns: the tasks that run at a lower one, for the caller to escalate.
    mutating func escalate(_ seats: [Seat], to priority: TaskPriority) -> [Task<Void, Never>] {
        seats.compactMap { seat in
            guard let old = flights[seat.flight]?.priority, old < priority else { return nil }
            flights[seat.flight]?.priority = priority
            guard let task = flights[seat.flight]?.task else { return nil }
            flights[seat.flight]?.taskPriority = priority
            return task
        }
    }

    /// Waits for a flight.
    ///
    /// - Returns: whether there is nothing to wait for; otherwise the waiter will be resumed. Then the caller takes the
    ///   ``landing(for:)``.
    mutating func wait(_ waiter: Waiter, in seat: Seat) -> Bool {
        guard let flight = flights[seat.flight], flight.landing == nil, flight.seats[seat.number] != nil else {
            return true
        }
        flights[seat.flight]?.seats[seat.number] = .some(waiter)
        return false
    }

    /// Gives up a seat for what its flight has landed with; a `CancellationError` where the seat was given up before.
    mutating func landing(for seat: Seat) -> Landing {
        guard let flight = flights[seat.flight], let landing = flight.landing, flight.seats[seat.number] != nil else {
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
            if case .some(.some(let waiter)) = flights[seat.flight]?.seats[seat.number] { waiters.append(waiter) }
            if let task = free(seat) { tasks.append(task) }
        }
        return (waiters, tasks)
    }
}

// MARK: - The end of a flight

extension FlightTable {
    /// Begins to store values of a flight. From now on until it lands, it is not given up, and writes wait for it.
    ///
    /// - Returns: those of the keys that are to be stored: none if the flight was given up.
    mutating func beginStoring(_ number: Int, _ keys: some Sequence<CacheKey>) -> [CacheKey] {
        guard let flight = flights[number] else { return [] }
        let keys = keys.filter { !flight.overtaken.contains($0) }
        if keys.isEmpty { return [] }
        flights[number]?.storing = keys
        for key in keys { stores[key, default: []].append(number) }
        return keys
    }

    /// Ends a flight.
    ///
    /// - Returns: the waiters, for the caller to resume.
    mutating func land(_ number: Int, _ landing: Landing) -> [Waiter] {
        guard var flight = flights[number] else { return [] }
        stamps.stamp(flight.keys)
        removeRoutes(of: flight, number)
        for key in flight.storing ?? [] {
            stores[key]?.removeAll { $0 == number }
            if stores[key]?.isEmpty == true { stores[key] = nil }
        }
        underWay -= 1
        flight.landing = landing
        let waiters = flight.seats.values.compactMap(\.self)
        // They wait no more, and come for the landing.
        flight.seats = flight.seats.mapValues { _ in nil }
        flights[number] = flight.seats.isEmpty ? nil : flight
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
            for number in stores[key] ?? [] where flights[number]?.computation !== own {
                guard found.insert(number).inserted, let seat = takeSeat(on: number, for: key) else { continue }
                seats.append(seat)
            }
        }
        return seats
    }

    /// Overtakes all flights, as ``overtake(_:by:)`` does those of some keys.
    mutating func overtakeAll(by own: Computation? = nil) -> [Seat] {
        overtake(Set(routes.keys).union(stores.keys), by: own)
    }

    /// Detaches keys from their flights: callers who come now start anew, and the flights do not store them, unless they
    /// have begun to.
    mutating func detach(_ keys: some Collection<CacheKey>) {
        for key in keys {
            guard let number = routes.removeValue(forKey: key) else { continue }
            flights[number]?.overtaken.insert(key)
            stamps.stamp(CollectionOfOne(key))
        }
    }
}

// MARK: - Seats

extension FlightTable {
    private mutating func takeSeat(on flight: Int, for key: CacheKey) -> Seat? {
        let number = nextNumber()
        guard let computation = flights[flight]?.computation else { return nil }
        flights[flight]?.seats[number] = .some(nil)
        return Seat(computation: computation, key: key, flight: flight, number: number)
    }

    /// Gives up one seat; with the last one, the flight, unless it is storing.
    ///
    /// - Returns: the flight's task if it was given up.
    @discardableResult
    private mutating func free(_ seat: Seat) -> Task<Void, Never>? {
        guard flights[seat.flight]?.seats.removeValue(forKey: seat.number) != nil,
            let flight = flights[seat.flight], flight.seats.isEmpty
        else { return nil }
        if flight.landing != nil {
            flights[seat.flight] = nil
            return nil
        }
        // A command that is under way cannot be taken back: who writes the key has to know that it is.
        if flight.storing != nil { return nil }
        flights[seat.flight] = nil
        underWay -= 1
        // Whoever comes now starts anew: what was cancelled may fail.
        removeRoutes(of: flight, seat.flight)
        return flight.task
    }

    private mutating func removeRoutes(of flight: Flight, _ number: Int) {
        for key in flight.keys where routes[key] == number { routes[key] = nil }
    }

    private mutating func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }
}
