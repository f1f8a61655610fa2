import CachetoryLocking

/// Computes missing values, each once for all the threads that want it at the same time: ``SingleFlight`` without
/// tasks.
///
/// The thread that asks first computes; the others wait.
@usableFromInline
final class BlockingSingleFlight<Value: Sendable>: Sendable {
    typealias Table = CallTable<Value, Latch>
    typealias Values = [CacheKey: Value]

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
        let joined = table.update { $0.join(keys, since: mark) }
        do {
            // Before waiting for others: they may be waiting for this one.
            var values: Values = [:]
            if let newCall = joined.newCall { values = try lead(newCall, look, compute, store).get() }
            try wait(for: joined.waiters) { values.merge(try $0.get()) { _, last in last } }
            return values
        } catch {
            leave(joined.waiters)
            throw error
        }
    }

    private func lead(
        _ newCall: Table.NewCall, _ look: (_ keys: [CacheKey]) throws -> Values,
        _ compute: (_ keys: [CacheKey]) throws -> ComputedValues<Value>,
        _ store: (_ computed: ComputedValues<Value>) throws -> Void
    ) -> Table.Outcome {
        // What this thread computes already goes on only when this one has finished. That closes no cycle, for a new
        // computation waits for nobody.
        let wait = try? table.beginWait(for: [newCall.waiter])
        defer { wait?.end() }
        let outcome = Computation.$current.withValue(newCall.waiter.computation) {
            Result { try run(newCall, look, compute, store) }
        }
        for signal in table.finish(newCall, outcome) { signal.open() }
        leave([newCall.waiter])
        return outcome
    }

    private func run(
        _ newCall: Table.NewCall, _ look: (_ keys: [CacheKey]) throws -> Values,
        _ compute: (_ keys: [CacheKey]) throws -> ComputedValues<Value>,
        _ store: (_ computed: ComputedValues<Value>) throws -> Void
    ) throws -> Values {
        var values = newCall.stale.isEmpty ? [:] : try look(newCall.stale)
        let missing = newCall.missing(in: values)
        if missing.isEmpty { return values }
        let computed = try compute(missing)
        if let stored = table.beginStoring(computed, of: newCall) { try store(stored) }
        values.merge(computed.values) { _, last in last }
        return values
    }
}

// MARK: - Overtaking

extension BlockingSingleFlight {
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
    private func wait(for waiters: [Table.Waiter], _ body: (_ outcome: Table.Outcome) throws -> Void) throws {
        let wait = try table.beginWait(for: waiters)
        defer { wait?.end() }
        for waiter in waiters {
            let latch = Latch()
            if !table.update({ $0.wait(latch, in: waiter) }) { latch.wait() }
            try body(table.update { $0.outcome(for: waiter) })
        }
    }

    private func leave(_ waiters: [Table.Waiter]) {
        if waiters.isEmpty { return }
        // Nobody else waits in them, and threads have no task to cancel.
        _ = table.update { $0.leave(waiters) }
    }
}
