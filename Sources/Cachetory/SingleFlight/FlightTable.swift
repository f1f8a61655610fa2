/// Which keys are being computed, and who waits for them: a plain value without tasks or locks.
///
/// A computation is a *flight*: of one key or of several, with a *seat* for each caller who waits for it. A key is on one
/// flight at a time. The value says what is to be done, to be done without the lock.
struct FlightTable<Value: Sendable> {
    /// The values computed. A flight may land without those of some of its keys.
    typealias Landing = Result<[String: Value], any Error>
    typealias Waiter = CheckedContinuation<Landing, Never>

    /// One caller's place on one flight.
    struct Seat: Hashable {
        fileprivate let flight: Int
        fileprivate let number: Int
    }

    /// What a caller got for the keys that it asked for.
    struct Boarding {
        /// On flights of others and the own one.
        var seats: [Seat] = []

        /// The own flight, which the caller has to start; nil if all the keys were on others already.
        var departure: Departure?
    }

    /// A flight that is to be started.
    struct Departure {
        let flight: Int
        let keys: [String]

        /// Whether a flight has landed since the caller saw these keys missing. Then they may not be missing any more.
        let isStale: Bool
    }

    private struct Flight {
        let keys: [String]
        /// Nil until the flight has been told of its task.
        var task: Task<Void, Never>?
        /// Those who have not got the result, with a waiter if they wait already.
        var seats: [Int: Waiter?] = [:]
        var landing: Landing?
    }

    private var flights: [Int: Flight] = [:]
    /// The flight of each key; none that has landed or was given up.
    private var routes: [String: Int] = [:]
    private var lastNumber = 0

    /// How many flights have ended.
    private(set) var landings = 0

    /// How many seats are taken.
    var seats: Int { flights.values.reduce(0) { $0 + $1.seats.count } }

    /// Takes a seat on the flight of each key, or on a new one for all the keys that have none.
    ///
    /// - Parameters:
    ///   - keys: each once.
    ///   - mark: how many ``landings`` there were before the keys were seen missing.
    mutating func board(_ keys: [String], since mark: Int) -> Boarding {
        var boarding = Boarding()
        var unclaimed: [String] = []
        var joined: Set<Int> = []
        for key in keys {
            guard let flight = routes[key] else {
                unclaimed.append(key)
                continue
            }
            if joined.insert(flight).inserted { boarding.seats.append(takeSeat(on: flight)) }
        }
        if unclaimed.isEmpty { return boarding }
        let flight = nextNumber()
        flights[flight] = Flight(keys: unclaimed)
        for key in unclaimed { routes[key] = flight }
        boarding.seats.append(takeSeat(on: flight))
        boarding.departure = Departure(flight: flight, keys: unclaimed, isStale: landings != mark)
        return boarding
    }

    /// Notes the task of a flight that was started.
    ///
    /// - Returns: the task if nobody is left to wait for it, for the caller to cancel.
    mutating func depart(_ flight: Int, task: Task<Void, Never>) -> Task<Void, Never>? {
        guard flights[flight] != nil else { return task }
        flights[flight]?.task = task
        return nil
    }

    /// Waits for a flight.
    ///
    /// - Returns: what the caller has to resume the waiter with at once; nil if it will be resumed.
    mutating func wait(_ waiter: Waiter, in seat: Seat) -> Landing? {
        guard let flight = flights[seat.flight], flight.seats[seat.number] != nil else {
            return .failure(CancellationError())
        }
        guard let landing = flight.landing else {
            flights[seat.flight]?.seats[seat.number] = .some(waiter)
            return nil
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

    /// Ends a flight.
    ///
    /// - Returns: the waiters, for the caller to resume with the landing.
    mutating func land(_ number: Int, _ landing: Landing) -> [Waiter] {
        landings += 1
        guard var flight = flights[number] else { return [] }
        removeRoutes(of: flight, number)
        flight.landing = landing
        let waiters = flight.seats.values.compactMap(\.self)
        flight.seats = flight.seats.filter { $0.value == nil }
        flights[number] = flight.seats.isEmpty ? nil : flight
        return waiters
    }

    private mutating func takeSeat(on flight: Int) -> Seat {
        let seat = Seat(flight: flight, number: nextNumber())
        flights[flight]?.seats[seat.number] = .some(nil)
        return seat
    }

    /// Gives up one seat; with the last one, the flight.
    ///
    /// - Returns: the flight's task if it was given up in flight.
    @discardableResult
    private mutating func free(_ seat: Seat) -> Task<Void, Never>? {
        guard flights[seat.flight]?.seats.removeValue(forKey: seat.number) != nil,
            let flight = flights[seat.flight], flight.seats.isEmpty
        else { return nil }
        flights[seat.flight] = nil
        guard flight.landing == nil else { return nil }
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
