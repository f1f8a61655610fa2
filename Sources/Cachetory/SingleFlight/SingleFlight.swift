/// Computes missing values, each once for all the tasks that want it at the same time.
///
/// A computation runs in a task of its own, since it belongs to no one of its callers: it is cancelled when the last of
/// them has been.
@usableFromInline
final class SingleFlight<Value: Sendable>: Sendable {
    typealias Table = CallTable<Value, CheckedContinuation<Void, Never>>
    typealias Values = [CacheKey: Value]

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
        let look: @Sendable (_ keys: [CacheKey]) async throws -> Values
        /// Computes keys that nobody computes yet.
        let compute: @Sendable (_ keys: [CacheKey]) async throws -> ComputedValues<Value>
        /// Stores what was computed, without the keys that were overtaken.
        let store: @Sendable (_ computed: ComputedValues<Value>) async throws -> Void
    }

    /// The values of missing keys, computed by this caller or by others.
    ///
    /// - Parameters:
    ///   - keys: each once.
    ///   - mark: taken before the keys were seen missing.
    ///   - plan: what is done for those of the keys that nobody computes yet.
    /// - Returns: what was computed, possibly without some of the keys.
    /// - Throws: what the computation or its storing throws; ``CacheError/cycle(_:)``.
    func values(of keys: [CacheKey], since mark: Int, plan: Plan) async throws -> Values {
        let priority = Task.currentPriority
        let joined = table.update { $0.join(keys, since: mark, at: priority) }
        for task in joined.slower { task.escalate(to: priority) }
        var waiters = joined.waiters
        if let newCall = joined.newCall {
            waiters.append(newCall.waiter)
            start(newCall, plan)
        }
        var values: Values = [:]
        try await waiting(for: waiters) { outcome in
            values.merge(try outcome.get()) { _, last in last }
        }
        return values
    }

    private func start(_ newCall: Table.NewCall, _ plan: Plan) {
        let task = Task {
            let outcome = await Computation.$current.withValue(newCall.waiter.computation) {
                await run(newCall, plan)
            }
            for signal in table.finish(newCall, outcome) { signal.resume() }
        }
        switch table.update({ $0.noteTask(newCall.call, task: task) }) {
        case .cancel: task.cancel()
        case .escalate(let priority): task.escalate(to: priority)
        case nil: break
        }
    }

    private func run(_ newCall: Table.NewCall, _ plan: Plan) async -> Table.Outcome {
        do {
            var values = newCall.stale.isEmpty ? [:] : try await plan.look(newCall.stale)
            let missing = newCall.missing(in: values)
            if missing.isEmpty { return .success(values) }
            let computed = try await plan.compute(missing)
            if let stored = table.beginStoring(computed, of: newCall) { try await plan.store(stored) }
            values.merge(computed.values) { _, last in last }
            return .success(values)
        } catch {
            return .failure(error)
        }
    }
}

// MARK: - Overtaking

extension SingleFlight {
    /// Sees to it that no value of a computation under way is stored from now on, for keys that are about to be written.
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

    private func leave(_ waiters: [Table.Waiter]) {
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
