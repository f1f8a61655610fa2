import CachetoryLocking
import Synchronization

/// A ``CallTable`` behind a lock: all that computing for tasks and for threads have in common. They differ in how one
/// waits.
struct LockedCallTable<Value: Sendable, Signal: Sendable>: ~Copyable, Sendable {
    typealias Table = CallTable<Value, Signal>

    private let table = Lock(Table())

    /// A copy of the table's, which is read without the lock: on every hit.
    private let lastMark = Atomic(0)

    /// A copy of the table's, which is read without the lock: before every write.
    private let underWay = Atomic(0)

    /// A point in time, to be taken before keys are looked up.
    var mark: Int { lastMark.load(ordering: .acquiring) }

    /// Whether nothing is being computed or stored, so that there is nothing to overtake.
    var isIdle: Bool { underWay.load(ordering: .sequentiallyConsistent) == 0 }

    /// How many waiters are taken.
    var waiters: Int { table.withLock { $0.waiters } }

    /// Changes the table.
    func update<Result>(_ body: (inout Table) -> Result) -> Result {
        table.withLock { table in
            let result = body(&table)
            lastMark.store(table.mark, ordering: .releasing)
            underWay.store(table.underWay, ordering: .sequentiallyConsistent)
            return result
        }
    }

    /// Notes that the running code waits for calls.
    ///
    /// - Returns: what has to be ended after the wait, nil if nothing was noted.
    /// - Throws: ``CacheError/cycle(_:)`` if one of them waits for the running code, and would do so for ever.
    func beginWait(for waiters: [Table.Waiter]) throws(CacheError) -> Computation.Wait? {
        try Computation.beginWait(for: waiters.map { ($0.computation, $0.key) })
    }
}

// MARK: - The end of a call

extension LockedCallTable {
    /// Begins to store what a call has computed.
    ///
    /// - Returns: what of it is to be stored; nil if nothing is.
    func beginStoring(_ computed: ComputedValues<Value>, of newCall: Table.NewCall) -> ComputedValues<Value>? {
        let stored = computed.storedKeys
        if stored.isEmpty { return nil }
        let keys = update { $0.beginStoring(newCall.call, stored) }
        return keys.isEmpty ? nil : computed.limited(to: keys)
    }

    /// Ends a call that takes longer than it may.
    ///
    /// - Parameter failed: is told of the call's keys that nobody has written since, before they are free.
    /// - Returns: nil if it has ended, or is storing what it has computed.
    func giveUp(
        _ call: Int, limit: Duration, failed: (_ keys: [CacheKey], _ error: any Error) -> Void
    ) -> Table.GivenUp? {
        let error = CacheError.computationTimedOut(limit: limit)
        return update { table in
            let keys = table.ownKeys(of: call)
            guard let ended = table.giveUp(call, error) else { return nil }
            failed(keys, error)
            return ended
        }
    }

    /// Tells of a call's keys that nobody has written since, unless the call was given up. Who writes them from now on
    /// does so after that.
    func tell(of newCall: Table.NewCall, _ body: (_ keys: [CacheKey]) -> Void) {
        update { table in
            let keys = table.ownKeys(of: newCall.call)
            if !keys.isEmpty { body(keys) }
        }
    }

    /// Ends a call.
    ///
    /// - Returns: the signals, for the caller to resume.
    func finish(_ newCall: Table.NewCall, _ outcome: Table.Outcome) -> [Signal] {
        newCall.waiter.computation.end()
        return update { $0.finish(newCall.call, outcome) }
    }
}

// MARK: - Overtaking

extension LockedCallTable {
    /// Detaches keys from their calls, for the running code is about to write them.
    ///
    /// - Returns: waiters on calls that the write has to wait for.
    func overtake(_ keys: [String]) -> [Table.Waiter] {
        let own = Computation.current
        return update { $0.overtake(keys.map(CacheKey.init), by: own) }
    }

    /// The same for all keys.
    func overtakeAll() -> [Table.Waiter] {
        let own = Computation.current
        return update { $0.overtakeAll(by: own) }
    }

    /// Detaches keys from calls that began during a write of them.
    func detach(_ keys: [String]) {
        update { $0.detach(keys.map(CacheKey.init)) }
    }
}
