import CachetoryLocking

/// Computes missing values, each once for all the threads that want it at the same time: ``SingleFlight`` without
/// tasks.
///
/// The thread that asks first computes; the others wait.
@usableFromInline
final class BlockingSingleFlight<Value: Sendable>: Sendable {
    typealias Table = CallTable<Value, Latch>
    typealias Values = CallResult<Value>

    private let table = LockedCallTable<Value, Latch>()

    /// A point in time, to be taken before keys are looked up.
    @usableFromInline var mark: Int { table.mark }

    /// Whether nothing is being computed or stored, so that there is nothing to overtake.
    var isIdle: Bool { table.isIdle }

    /// How many callers there are, those that compute among them, each counted for every call that it waits for.
    var callers: Int { table.waiters }
}

// MARK: - Computing

extension BlockingSingleFlight {
    /// What a call does for its keys.
    struct Plan {
        /// Looks up keys that may have been stored since they were seen missing.
        let look: (_ keys: [CacheKey]) throws -> [CacheKey: Value]
        /// Computes keys that nobody computes yet.
        let compute: (_ keys: [CacheKey]) throws -> ComputedValues<Value>
        /// Stores what was computed, without the keys that were overtaken.
        var store: (_ computed: ComputedValues<Value>) throws -> Void
        /// Is told what was computed, how long that took, and which of the keys nobody has written meanwhile. If it is
        /// nil, no time is measured.
        var computed: ((_ computed: ComputedValues<Value>, _ keys: [CacheKey], _ time: Duration) -> Void)?
        /// Is told which keys of a failed call nobody has written meanwhile, before the callers get the error.
        var failed: (_ keys: [CacheKey], _ error: any Error) -> Void = { _, _ in }
        /// How long a computation may take; nil is without limit.
        var limit: Duration?
    }

    /// The values of missing keys, computed by this thread or by others.
    ///
    /// - Parameters:
    ///   - keys: each once.
    ///   - mark: taken before the keys were seen missing.
    ///   - plan: what is done for those of the keys that nobody computes yet.
    /// - Returns: what was computed, possibly without some of the keys.
    /// - Throws: what the computation or its storing throws; ``CacheError/cycle(_:)``.
    func values(of keys: [CacheKey], since mark: Int, plan: Plan) throws -> Values {
        try values(of: keys, since: mark, plan: plan, until: nil).values
    }

    /// The values of missing keys, as far as other threads compute them within a time. What nobody computes yet, this
    /// thread computes, however long that takes.
    ///
    /// - Returns: what has come, and whether that is all.
    func values(
        of keys: [CacheKey], since mark: Int, plan: Plan, within time: Duration
    ) throws -> (values: Values, isComplete: Bool) {
        try values(of: keys, since: mark, plan: plan, until: .now + time)
    }

    /// Computes those of some keys that nobody computes.
    func refresh(_ keys: [CacheKey], since mark: Int, plan: Plan) throws -> Values {
        giveUpLate(keys, plan)
        let unclaimed = table.update { $0.unclaimed(keys) }
        return unclaimed.isEmpty ? Values() : try values(of: unclaimed, since: mark, plan: plan, until: .now).values
    }

    private func values(
        of keys: [CacheKey], since mark: Int, plan: Plan, until end: ContinuousClock.Instant?
    ) throws -> (values: Values, isComplete: Bool) {
        giveUpLate(keys, plan)
        let deadline = plan.limit.map { ContinuousClock.now + $0 }
        let joined = table.update { $0.join(keys, since: mark, until: deadline) }
        do {
            // Before waiting for others: they may be waiting for this one.
            var values = Values()
            if let newCall = joined.newCall { values = try lead(newCall, plan, until: deadline).get() }
            let isComplete = try wait(for: joined.waiters, until: end, plan) { values.merge(try $0.get()) }
            if !isComplete { leave(joined.waiters) }
            return (values, isComplete)
        } catch {
            leave(joined.waiters)
            throw error
        }
    }

    private func lead(
        _ newCall: Table.NewCall, _ plan: Plan, until deadline: ContinuousClock.Instant?
    ) -> Table.Outcome {
        // What this thread computes already goes on only when this one has finished. That closes no cycle, for a new
        // computation waits for nobody.
        let wait = try? table.beginWait(for: [newCall.waiter])
        defer { wait?.end() }
        let outcome = Computation.$current.withValue(newCall.waiter.computation) {
            Result { try run(newCall, plan, until: deadline) }
        }
        if case .failure(let error) = outcome { table.tell(of: newCall) { plan.failed($0, error) } }
        for signal in table.finish(newCall, outcome) { signal.open() }
        leave([newCall.waiter])
        return outcome
    }

    private func run(
        _ newCall: Table.NewCall, _ plan: Plan, until deadline: ContinuousClock.Instant?
    ) throws -> Values {
        var values = newCall.outdated.isEmpty ? Values() : Values(try plan.look(newCall.outdated))
        let missing = newCall.missing(in: values.values)
        if missing.isEmpty { return values }
        let start = plan.computed == nil ? nil : ContinuousClock.now
        let computed = try plan.compute(missing)
        if let deadline, deadline <= .now { giveUp(newCall.call, plan) }
        if let start, let note = plan.computed {
            let time = start.duration(to: .now)
            table.tell(of: newCall) { note(computed, $0, time) }
        }
        if let stored = table.beginStoring(computed, of: newCall) { try plan.store(stored) }
        values.merge(computed)
        return values
    }
}

// MARK: - Limits

extension BlockingSingleFlight {
    /// Ends calls that should have ended by now. Nobody does so while nobody waits for them.
    func giveUpLate(_ keys: [CacheKey], _ plan: Plan) {
        if plan.limit == nil || table.isIdle { return }
        for call in table.update({ $0.late(keys, at: .now) }) { giveUp(call, plan) }
    }

    private func giveUp(_ call: Int, _ plan: Plan) {
        // The thread that computes is part of it until it returns.
        guard let limit = plan.limit, let ended = table.giveUp(call, limit: limit, failed: plan.failed) else { return }
        for signal in ended.signals { signal.open() }
    }
}

// MARK: - Overtaking

extension BlockingSingleFlight {
    /// Sees to it that no value of a computation under way is stored from now on, for keys that are about to be
    /// written.
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

    private func waitForStores(_ waiters: [Table.Waiter]) throws {
        if waiters.isEmpty { return }
        defer { leave(waiters) }
        // That storing failed is the matter of those who asked for the value.
        try wait(for: waiters) { _ in }
    }
}

// MARK: - Waiting

extension BlockingSingleFlight {
    /// Waits for calls one after the other. Where it throws, the caller gives up the waiters.
    ///
    /// - Returns: whether all have finished before the end.
    @discardableResult
    private func wait(
        for waiters: [Table.Waiter], until end: ContinuousClock.Instant? = nil, _ plan: Plan? = nil,
        _ body: (_ outcome: Table.Outcome) throws -> Void
    ) throws -> Bool {
        // A caller that does not wait closes no cycle.
        let wait = end.map { $0 <= .now } == true ? nil : try table.beginWait(for: waiters)
        defer { wait?.end() }
        for waiter in waiters {
            let latch = Latch()
            if !table.update({ $0.wait(latch, in: waiter) }) {
                guard self.wait(latch, in: waiter, until: end, plan) else { return false }
            }
            try body(table.update { $0.outcome(for: waiter) })
        }
        return true
    }

    /// - Returns: whether the call has finished before the end.
    private func wait(
        _ latch: Latch, in waiter: Table.Waiter, until end: ContinuousClock.Instant?, _ plan: Plan?
    ) -> Bool {
        if let plan, let deadline = table.update({ $0.deadline(of: waiter) }), deadline < end ?? deadline + .seconds(1)
        {
            if latch.wait(until: deadline) { return true }
            giveUp(waiter.call, plan)
        }
        // Given up, it has finished; what is being stored already, the store's own deadline ends.
        guard let end else {
            latch.wait()
            return true
        }
        return latch.wait(until: end)
    }

    private func leave(_ waiters: [Table.Waiter]) {
        if waiters.isEmpty { return }
        // Nobody else waits in them, and threads have no task to cancel.
        _ = table.update { $0.leave(waiters) }
    }
}
