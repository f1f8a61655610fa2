import Synchronization

/// Computes missing values, each once for all the tasks that want it at the same time.
///
/// A computation runs in a task of its own, since it belongs to no one of its callers: it is cancelled when the last of
/// them has been.
@usableFromInline
final class SingleFlight<Value: Sendable>: Sendable {
    typealias Table = CallTable<Value, CheckedContinuation<Void, Never>>
    typealias Values = CallResult<Value>

    private let table = LockedCallTable<Value, CheckedContinuation<Void, Never>>()

    /// A point in time, to be taken before keys are looked up.
    @usableFromInline var mark: Int { table.mark }

    /// Whether nothing is being computed or stored, so that there is nothing to overtake.
    var isIdle: Bool { table.isIdle }

    /// How many callers wait, each counted for every call that it waits for.
    var callers: Int { table.waiters }
}

// MARK: - Computing

extension SingleFlight {
    /// What a call does for its keys.
    struct Plan: Sendable {
        /// Looks up keys that may have been stored since they were seen missing.
        let look: @Sendable (_ keys: [CacheKey]) async throws -> [CacheKey: Value]
        /// Computes keys that nobody computes yet.
        let compute: @Sendable (_ keys: [CacheKey]) async throws -> ComputedValues<Value>
        /// Stores what was computed, without the keys that were overtaken.
        var store: @Sendable (_ computed: ComputedValues<Value>) async throws -> Void
        /// Is told what was computed, how long that took, and which of the keys nobody has written meanwhile. If it is
        /// nil, no time is measured.
        var computed: (@Sendable (_ computed: ComputedValues<Value>, _ keys: [CacheKey], _ time: Duration) -> Void)?
        /// Is told which keys of a failed call nobody has written meanwhile, before the callers get the error.
        var failed: @Sendable (_ keys: [CacheKey], _ error: any Error) -> Void = { _, _ in }
        /// How long a computation may take; nil is without limit.
        var limit: Duration?
    }

    /// The values of missing keys, computed by this caller or by others.
    ///
    /// - Parameters:
    ///   - keys: each once.
    ///   - mark: taken before the keys were seen missing.
    ///   - plan: what is done for those of the keys that nobody computes yet.
    ///   - isKept: whether a computation that this caller starts goes on if all callers are cancelled.
    /// - Returns: what was computed, possibly without some of the keys.
    /// - Throws: what the computation or its storing throws; ``CacheError/cycle(_:)``.
    func values(of keys: [CacheKey], since mark: Int, plan: Plan, isKept: Bool = false) async throws -> Values {
        var values = Values()
        try await waiting(for: join(keys, since: mark, plan, isKept: isKept)) { values.merge(try $0.get()) }
        return values
    }

    /// Joins calls, or starts one, that go on also if nobody waits for them any more.
    ///
    /// - Returns: what ``values(for:within:)`` or ``leave(_:)`` has to be given.
    func begin(_ keys: [CacheKey], since mark: Int, plan: Plan) -> [Table.Waiter] {
        keys.isEmpty ? [] : join(keys, since: mark, plan, isKept: true)
    }

    /// The values of calls that have begun, as far as they come within a time.
    ///
    /// - Returns: what has come, and whether that is all.
    func values(
        for waiters: [Table.Waiter], within time: Duration
    ) async throws -> (values: Values, isComplete: Bool) {
        let isOver = Flag()
        let timer = Task.detached(priority: Task.currentPriority) {
            try await Task.sleep(for: time)
            isOver.set()
            self.leave(waiters)
        }
        defer { timer.cancel() }
        var values = Values()
        do {
            try await waiting(for: waiters) { values.merge(try $0.get()) }
            return (values, true)
        } catch is CancellationError where isOver.isSet && !Task.isCancelled {
            return (values, false)
        }
    }

    /// Starts to compute those of some keys that nobody computes, and returns at once. No cancellation ends it.
    func refresh(_ keys: [CacheKey], since mark: Int, plan: Plan) {
        let unclaimed = table.update { $0.unclaimed(keys) }
        leave(begin(unclaimed, since: mark, plan: plan))
    }

    /// - Parameter isKept: whether a call that this caller starts goes on when nobody waits for it any more.
    private func join(
        _ keys: [CacheKey], since mark: Int, _ plan: Plan, isKept: Bool = false
    ) -> [Table.Waiter] {
        let priority = Task.currentPriority
        let joined = table.update { $0.join(keys, since: mark, at: priority, isKept: isKept) }
        for task in joined.slower { task.escalate(to: priority) }
        var waiters = joined.waiters
        if let newCall = joined.newCall {
            waiters.append(newCall.waiter)
            start(newCall, plan, isKept: isKept)
        }
        return waiters
    }

    /// - Parameter isKept: whether the task takes nothing over from the caller's, which it may outlive.
    private func start(_ newCall: Table.NewCall, _ plan: Plan, isKept: Bool) {
        let timer = plan.limit.map { limit in
            Task.detached(priority: Task.currentPriority) {
                try await Task.sleep(for: limit)
                self.giveUp(newCall, plan, limit)
            }
        }
        @Sendable func work() async {
            let outcome = await Computation.$current.withValue(newCall.waiter.computation) {
                await run(newCall, plan)
            }
            timer?.cancel()
            if case .failure(let error) = outcome { table.tell(of: newCall) { plan.failed($0, error) } }
            for signal in table.finish(newCall, outcome) { signal.resume() }
        }
        let task = isKept ? Task.detached(priority: Task.currentPriority) { await work() } : Task { await work() }
        switch table.update({ $0.noteTask(newCall.call, task: task) }) {
        case .cancel: task.cancel()
        case .escalate(let priority): task.escalate(to: priority)
        case nil: break
        }
    }

    private func giveUp(_ newCall: Table.NewCall, _ plan: Plan, _ limit: Duration) {
        guard let ended = table.giveUp(newCall.call, limit: limit, failed: plan.failed) else { return }
        // What still runs is no part of it any more.
        ended.computation.end()
        for signal in ended.signals { signal.resume() }
        ended.task?.cancel()
    }

    private func run(_ newCall: Table.NewCall, _ plan: Plan) async -> Table.Outcome {
        do {
            var values = newCall.outdated.isEmpty ? Values() : Values(try await plan.look(newCall.outdated))
            let missing = newCall.missing(in: values.values)
            if missing.isEmpty { return .success(values) }
            let start = plan.computed == nil ? nil : ContinuousClock.now
            let computed = try await plan.compute(missing)
            if let start, let note = plan.computed {
                let time = start.duration(to: .now)
                table.tell(of: newCall) { note(computed, $0, time) }
            }
            if let stored = table.beginStoring(computed, of: newCall) { try await plan.store(stored) }
            values.merge(computed)
            return .success(values)
        } catch {
            return .failure(error)
        }
    }
}

/// Something that happens once.
private final class Flag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .acquiring) }

    func set() { value.store(true, ordering: .releasing) }
}

// MARK: - Overtaking

extension SingleFlight {
    /// Sees to it that no value of a computation under way is stored from now on, for keys that are about to be
    /// written.
    ///
    /// It waits for values that are being stored already, so that the write is executed after that.
    ///
    /// - Throws: `CancellationError`, and ``CacheError/cycle(_:)``.
    func overtake(_ keys: [String]) async throws {
        try await waitForStores(table.overtake(keys))
    }

    /// The same for all keys.
    func overtakeAll() async throws {
        try await waitForStores(table.overtakeAll())
    }

    /// Detaches computations that began during a write of their keys.
    func detach(_ keys: [String]) {
        table.detach(keys)
    }

    private func waitForStores(_ waiters: [Table.Waiter]) async throws {
        if waiters.isEmpty { return }
        // That storing failed is the matter of those who asked for the value.
        try await waiting(for: waiters) { _ in }
        try Task.checkCancellation()
    }
}

// MARK: - Waiting

extension SingleFlight {
    /// Waits for calls one after the other, and gives up all the waiters when the caller is cancelled or one throws.
    private func waiting(
        for waiters: [Table.Waiter], _ body: (_ outcome: Table.Outcome) throws -> Void
    ) async throws {
        do {
            let wait = try table.beginWait(for: waiters)
            defer { wait?.end() }
            try await withTaskCancellationHandler {
                try await escalating(waiters) { () async throws in
                    for waiter in waiters { try body(await outcome(for: waiter)) }
                }
            } onCancel: {
                leave(waiters)
            }
        } catch {
            leave(waiters)
            throw error
        }
    }

    private func outcome(for waiter: Table.Waiter) async -> Table.Outcome {
        await withCheckedContinuation { signal in
            if table.update({ $0.wait(signal, in: waiter) }) { signal.resume() }
        }
        return table.update { $0.outcome(for: waiter) }
    }

    func leave(_ waiters: [Table.Waiter]) {
        if waiters.isEmpty { return }
        let (signals, tasks) = table.update { $0.leave(waiters) }
        for signal in signals { signal.resume() }
        for task in tasks { task.cancel() }
    }

    /// Hands on the priority that the caller is raised to while it waits.
    private func escalating(_ waiters: [Table.Waiter], _ body: () async throws -> Void) async throws {
        guard #available(macOS 26, *) else { return try await body() }
        try await withTaskPriorityEscalationHandler {
            // What the caller was raised to before the handler was there, nobody tells it.
            escalate(waiters, to: Task.currentPriority)
            try await body()
        } onPriorityEscalated: { _, priority in
            escalate(waiters, to: priority)
        }
    }

    private func escalate(_ waiters: [Table.Waiter], to priority: TaskPriority) {
        for task in table.update({ $0.escalate(waiters, to: priority) }) { task.escalate(to: priority) }
    }
}

extension Task where Failure == Never, Success == Void {
    /// Raises the priority; older systems cannot.
    fileprivate func escalate(to priority: TaskPriority) {
        if #available(macOS 26, *) { escalatePriority(to: priority) }
    }
}
