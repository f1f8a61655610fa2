extension FlightTable {
    /// One flight: who has a seat on it, at what priority it runs, and what it may store. It knows of no other flight.
    struct Flight {
        let keys: [CacheKey]
        let computation = Computation()

        /// Nil where threads wait, and until the flight has been told of its task.
        private(set) var task: Task<Void, Never>?
        /// The highest of its callers.
        private var priority: TaskPriority?
        /// The priority that the task was made with, or escalated to.
        private var taskPriority: TaskPriority?

        /// Those who have not got the result, with a waiter if they wait already.
        private var seats: [Int: Waiter?] = [:]

        /// The keys that were written by others since; their values are not stored.
        private var overtaken: Set<CacheKey> = []

        /// The keys whose values are being stored; nil before that.
        private(set) var storing: [CacheKey]?

        private var landing: Landing?

        /// - Parameter priority: the first caller's, if it is a task.
        init(of keys: [CacheKey], at priority: TaskPriority?) {
            self.keys = keys
            self.priority = priority
            taskPriority = priority
        }

        var hasLanded: Bool { landing != nil }
        var isEmpty: Bool { seats.isEmpty }
        var seatCount: Int { seats.count }
    }
}

// MARK: - The task

extension FlightTable.Flight {
    /// Notes the task.
    ///
    /// - Returns: the priority to escalate it to, if somebody of a higher one has come.
    mutating func depart(_ task: Task<Void, Never>) -> TaskPriority? {
        self.task = task
        guard let priority, let old = taskPriority, priority > old else { return nil }
        taskPriority = priority
        return priority
    }

    /// Raises the priority to that of a caller.
    ///
    /// - Returns: the task, if it runs at a lower one.
    mutating func escalate(to priority: TaskPriority) -> Task<Void, Never>? {
        guard let old = self.priority, old < priority else { return nil }
        self.priority = priority
        guard let task else { return nil }
        taskPriority = priority
        return task
    }
}

// MARK: - The seats

extension FlightTable.Flight {
    mutating func takeSeat(_ number: Int) {
        seats[number] = .some(nil)
    }

    /// Has a waiter wait in a seat.
    ///
    /// - Returns: whether there is nothing to wait for.
    mutating func wait(_ waiter: Waiter, in seat: Int) -> Bool {
        if hasLanded || seats[seat] == nil { return true }
        seats[seat] = .some(waiter)
        return false
    }

    func waiter(in seat: Int) -> Waiter? { seats[seat] ?? nil }

    /// What the flight has landed with, for who has a seat.
    func landing(for seat: Int) -> FlightTable.Landing? { seats[seat] == nil ? nil : landing }

    /// Gives up a seat.
    ///
    /// - Returns: whether it was taken.
    mutating func free(_ seat: Int) -> Bool { seats.removeValue(forKey: seat) != nil }

    /// Ends the flight.
    ///
    /// - Returns: the waiters.
    mutating func land(_ landing: FlightTable.Landing) -> [Waiter] {
        self.landing = landing
        let waiters = seats.values.compactMap(\.self)
        // They wait no more, and come for the landing.
        seats = seats.mapValues { _ in nil }
        return waiters
    }
}

// MARK: - What it stores

extension FlightTable.Flight {
    /// Somebody else writes a key.
    mutating func overtake(_ key: CacheKey) {
        overtaken.insert(key)
    }

    /// Begins to store values.
    ///
    /// - Returns: those of the keys that were not overtaken.
    mutating func beginStoring(_ keys: some Sequence<CacheKey>) -> [CacheKey] {
        let keys = keys.filter { !overtaken.contains($0) }
        if !keys.isEmpty { storing = keys }
        return keys
    }
}
