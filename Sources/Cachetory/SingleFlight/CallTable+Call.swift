extension CallTable {
    /// One call: who waits for it, at what priority it runs, and what it may store. It knows of no other call.
    struct Call {
        let keys: [CacheKey]
        let computation = Computation()

        /// Nil where threads wait, and until the call has been told of its task.
        private(set) var task: Task<Void, Never>?
        /// The highest of its callers.
        private var priority: TaskPriority?
        /// The priority that the task was made with, or escalated to.
        private var taskPriority: TaskPriority?

        /// Those who have not got the result, with a signal if they wait already.
        private var waiters: [Int: Signal?] = [:]

        /// The keys that were written by others since; their values are not stored.
        private var overtaken: Set<CacheKey> = []

        /// The keys whose values are being stored; nil before that.
        private(set) var storing: [CacheKey]?

        private var outcome: Outcome?

        /// Whether it goes on when nobody waits for it any more.
        private(set) var isKept: Bool

        /// When it is to be given up; nil is never.
        let deadline: ContinuousClock.Instant?

        /// - Parameter priority: the first caller's, if it is a task.
        init(
            of keys: [CacheKey], at priority: TaskPriority?, isKept: Bool = false,
            until deadline: ContinuousClock.Instant? = nil
        ) {
            self.keys = keys
            self.priority = priority
            taskPriority = priority
            self.isKept = isKept
            self.deadline = deadline
        }

        var isFinished: Bool { outcome != nil }
        var isEmpty: Bool { waiters.isEmpty }

        var waiterCount: Int { waiters.count }
    }
}

// MARK: - The task

extension CallTable.Call {
    /// Notes the task.
    ///
    /// - Returns: the priority to escalate it to, if somebody of a higher one has come.
    mutating func noteTask(_ task: Task<Void, Never>) -> TaskPriority? {
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

// MARK: - The waiters

extension CallTable.Call {
    /// Sees to it that the call goes on when nobody waits for it any more.
    mutating func keep() { isKept = true }

    mutating func addWaiter(_ number: Int) {
        waiters[number] = .some(nil)
    }

    /// Notes the signal of a waiter.
    ///
    /// - Returns: whether there is nothing to wait for.
    mutating func wait(_ signal: Signal, in waiter: Int) -> Bool {
        if isFinished || waiters[waiter] == nil { return true }
        waiters[waiter] = .some(signal)
        return false
    }

    func signal(in waiter: Int) -> Signal? { waiters[waiter] ?? nil }

    /// The outcome of a finished call, for one of its waiters.
    func outcome(for waiter: Int) -> CallTable.Outcome? { waiters[waiter] == nil ? nil : outcome }

    /// Removes a waiter.
    ///
    /// - Returns: whether it was there.
    mutating func free(_ waiter: Int) -> Bool { waiters.removeValue(forKey: waiter) != nil }

    /// Ends the call.
    ///
    /// - Returns: the signals.
    mutating func finish(_ outcome: CallTable.Outcome) -> [Signal] {
        self.outcome = outcome
        let signals = waiters.values.compactMap(\.self)
        // They wait no more, and come for the outcome.
        waiters = waiters.mapValues { _ in nil }
        return signals
    }
}

// MARK: - What it stores

extension CallTable.Call {
    /// Somebody else writes a key.
    mutating func overtake(_ key: CacheKey) {
        overtaken.insert(key)
    }

    func isOvertaken(_ key: CacheKey) -> Bool { overtaken.contains(key) }

    /// Begins to store values.
    ///
    /// - Returns: those of the keys that were not overtaken.
    mutating func beginStoring(_ keys: some Sequence<CacheKey>) -> [CacheKey] {
        let keys = keys.filter { !overtaken.contains($0) }
        if !keys.isEmpty { storing = keys }
        return keys
    }
}
