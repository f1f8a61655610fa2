/// Which keys are being computed, and who waits for them: a plain value without tasks, threads or locks.
///
/// A computation is a *call*, as in Go's `singleflight`: of one key or of several, with a *waiter* for each caller. A
/// caller *joins* the call of its key, or leads a new one. A write *overtakes* the calls of its keys: their waiters get
/// the values, which are not stored, and later callers start anew. The value says what is to be done; its owner does it
/// without the lock. A *signal* wakes a waiter up: a continuation, or a latch.
struct CallTable<Value: Sendable, Signal: Sendable> {
    /// The values computed. A call may finish without those of some of its keys.
    typealias Outcome = Result<CallResult<Value>, any Error>

    private var calls: [Int: Call] = [:]
    private var index = CallIndex()
    private var lastNumber = 0

    /// How many calls have neither finished nor been given up.
    private(set) var underWay = 0

    /// Counts finished calls, and calls that were overtaken.
    var mark: Int { index.mark }

    /// How many waiters there are.
    var waiters: Int { calls.values.reduce(0) { $0 + $1.waiterCount } }

    private mutating func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }
}

// MARK: - Callers

extension CallTable {
    /// Joins the call of each key, or begins one for all the keys that have none.
    ///
    /// - Parameters:
    ///   - keys: each once.
    ///   - mark: the ``mark`` before the keys were seen missing.
    ///   - priority: the caller's, if it is a task.
    ///   - isKept: whether the calls go on when nobody waits for them any more.
    ///   - deadline: when a new call is to be given up.
    mutating func join(
        _ keys: [CacheKey], since mark: Int, at priority: TaskPriority? = nil, isKept: Bool = false,
        until deadline: ContinuousClock.Instant? = nil
    ) -> Joined {
        var joined = Joined()
        var unclaimed: [CacheKey] = []
        var found: Set<Int> = []
        for key in keys {
            guard let call = index.call(of: key) else {
                unclaimed.append(key)
                continue
            }
            if found.insert(call).inserted, let waiter = addWaiter(on: call, for: key) { joined.waiters.append(waiter) }
            if isKept { calls[call]?.keep() }
        }
        if let priority { joined.slower = escalate(joined.waiters, to: priority) }
        if !unclaimed.isEmpty {
            let outdated = unclaimed.filter { index.isStamped($0, since: mark) }
            let call = Call(of: unclaimed, at: priority, isKept: isKept, until: deadline)
            joined.newCall = add(call, outdated: outdated)
        }
        return joined
    }

    /// Those of some keys that nobody computes.
    func unclaimed(_ keys: [CacheKey]) -> [CacheKey] {
        keys.filter { index.call(of: $0) == nil }
    }

    /// When the call of a waiter is to be given up.
    func deadline(of waiter: Waiter) -> ContinuousClock.Instant? { calls[waiter.call]?.deadline }

    private mutating func add(_ call: Call, outdated: [CacheKey]) -> NewCall? {
        let number = nextNumber()
        calls[number] = call
        underWay += 1
        index.add(call.keys, to: number)
        guard let waiter = addWaiter(on: number, for: call.keys[0]) else { return nil }
        return NewCall(call: number, keys: call.keys, outdated: outdated, waiter: waiter)
    }

    /// Notes the task of a call that was started.
    mutating func noteTask(_ number: Int, task: Task<Void, Never>) -> Order? {
        if calls[number]?.isFinished != false { return .cancel }
        return calls[number]?.noteTask(task).map(Order.escalate)
    }

    /// Raises the priority of calls to that of a caller.
    ///
    /// - Returns: the tasks that run at a lower one, for the caller to escalate.
    mutating func escalate(_ waiters: [Waiter], to priority: TaskPriority) -> [Task<Void, Never>] {
        waiters.compactMap { calls[$0.call]?.escalate(to: priority) }
    }

    /// Waits for a call.
    ///
    /// - Returns: whether there is nothing to wait for; otherwise the signal will be given. Then the caller takes the
    ///   ``outcome(for:)``.
    mutating func wait(_ signal: Signal, in waiter: Waiter) -> Bool {
        calls[waiter.call]?.wait(signal, in: waiter.number) ?? true
    }

    /// Removes a waiter and gives its call's outcome; a `CancellationError` where the waiter was removed before.
    mutating func outcome(for waiter: Waiter) -> Outcome {
        guard let outcome = calls[waiter.call]?.outcome(for: waiter.number) else {
            return .failure(CancellationError())
        }
        free(waiter)
        return outcome
    }

    /// Removes waiters.
    ///
    /// - Returns: their signals, for the caller to give, and the tasks that nobody is left to wait for.
    mutating func leave(_ waiters: [Waiter]) -> (signals: [Signal], tasks: [Task<Void, Never>]) {
        var signals: [Signal] = []
        var tasks: [Task<Void, Never>] = []
        for waiter in waiters {
            if let signal = calls[waiter.call]?.signal(in: waiter.number) { signals.append(signal) }
            if let task = free(waiter) { tasks.append(task) }
        }
        return (signals, tasks)
    }

    private mutating func addWaiter(on call: Int, for key: CacheKey) -> Waiter? {
        let number = nextNumber()
        guard let computation = calls[call]?.computation else { return nil }
        calls[call]?.addWaiter(number)
        return Waiter(computation: computation, key: key, call: call, number: number)
    }

    /// Removes one waiter; with the last one, the call, unless it is kept or storing.
    ///
    /// - Returns: the call's task if it was given up.
    @discardableResult
    private mutating func free(_ waiter: Waiter) -> Task<Void, Never>? {
        guard calls[waiter.call]?.free(waiter.number) == true, let call = calls[waiter.call], call.isEmpty else {
            return nil
        }
        if call.isFinished {
            calls[waiter.call] = nil
            return nil
        }
        // A command that is under way cannot be taken back: who writes the key has to know that it is.
        if call.storing != nil || call.isKept { return nil }
        calls[waiter.call] = nil
        underWay -= 1
        // Whoever comes now starts anew: what was cancelled may fail.
        index.remove(call.keys, of: waiter.call)
        return call.task
    }
}

// MARK: - The end of a call

extension CallTable {
    /// Begins to store values of a call. From now on until it finishes, it is not given up, and writes wait for it.
    ///
    /// - Returns: those of the keys that are to be stored: none if the call was given up.
    mutating func beginStoring(_ number: Int, _ keys: some Sequence<CacheKey>) -> [CacheKey] {
        guard calls[number]?.isFinished == false, let keys = calls[number]?.beginStoring(keys) else { return [] }
        index.beginStoring(keys, of: number)
        return keys
    }

    /// Ends a call that takes too long, unless it is storing what it has computed. Its keys are free, and what it
    /// computes in the end is not stored.
    ///
    /// - Returns: nil if it has ended, or is storing.
    mutating func giveUp(_ number: Int, _ error: any Error) -> GivenUp? {
        guard let call = calls[number], !call.isFinished, call.storing == nil else { return nil }
        let signals = finish(number, .failure(error))
        return GivenUp(keys: call.keys, computation: call.computation, signals: signals, task: call.task)
    }

    func isUnderWay(_ number: Int) -> Bool { calls[number]?.isFinished == false }

    /// The keys of a call that nobody has written since; none if it has ended or was given up.
    func ownKeys(of number: Int) -> [CacheKey] {
        guard let call = calls[number], !call.isFinished else { return [] }
        return call.keys.filter { !call.isOvertaken($0) }
    }

    /// The calls of some keys that should have ended by now.
    func late(_ keys: [CacheKey], at now: ContinuousClock.Instant) -> Set<Int> {
        Set(keys.compactMap(index.call(of:)).filter { calls[$0]?.deadline.map { $0 <= now } == true })
    }

    /// Ends a call, unless it was given up.
    ///
    /// - Returns: the signals, for the caller to give.
    mutating func finish(_ number: Int, _ outcome: Outcome) -> [Signal] {
        guard let call = calls[number], !call.isFinished else { return [] }
        index.finish(call.keys, storing: call.storing ?? [], of: number)
        underWay -= 1
        let signals = calls[number]?.finish(outcome) ?? []
        if call.isEmpty { calls[number] = nil }
        return signals
    }
}

// MARK: - Writes

extension CallTable {
    /// Detaches keys that are about to be written from their calls, which will not store them.
    ///
    /// - Parameter own: the computation that the write is part of, which must not wait for itself.
    /// - Returns: a waiter of each call that is storing one of the keys already. The write has to wait for those, or it
    ///   may be executed before them.
    mutating func overtake(_ keys: some Collection<CacheKey>, by own: Computation? = nil) -> [Waiter] {
        detach(keys)
        var found: Set<Int> = []
        var waiters: [Waiter] = []
        for key in keys {
            for number in index.stores(of: key) where calls[number]?.computation !== own {
                guard found.insert(number).inserted, let waiter = addWaiter(on: number, for: key) else { continue }
                waiters.append(waiter)
            }
        }
        return waiters
    }

    /// Overtakes all calls, as ``overtake(_:by:)`` does those of some keys.
    mutating func overtakeAll(by own: Computation? = nil) -> [Waiter] {
        overtake(index.keys, by: own)
    }

    /// Detaches keys from their calls: callers who come now start anew, and the calls do not store them, unless they
    /// have begun to.
    mutating func detach(_ keys: some Collection<CacheKey>) {
        for key in keys {
            if let number = index.detach(key) { calls[number]?.overtake(key) }
        }
    }
}
