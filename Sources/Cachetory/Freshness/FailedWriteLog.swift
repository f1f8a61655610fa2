import CachetoryLocking
import Synchronization

/// ``FailedWrites`` behind a lock, for tasks and for threads, which differ in how they send a deletion.
///
/// One task or thread at a time is the *sender*, which deletes all the keys in turn.
final class FailedWriteLog: Sendable {
    private struct State {
        var writes = FailedWrites()
        /// Whether there is a sender.
        var isSending = false
    }

    private let state = Lock(State())

    /// A copy of the count, which is read without the lock: before every operation.
    private let count = Atomic(0)

    /// How long after a failed attempt to delete them the next one is made.
    static let pause = Duration.milliseconds(250)

    var isEmpty: Bool { count.load(ordering: .acquiring) == 0 }

    /// Those of some keys that are to be deleted before anything else is done with them.
    func batch(of keys: [String]) -> FailedWrites.Batch? {
        if isEmpty { return nil }
        let batch = state.withLock { $0.writes.batch(of: keys) }
        return batch.isEmpty ? nil : batch
    }

    /// Remembers keys.
    ///
    /// - Returns: whether there was room for them, and whether the caller has to start a sender, since there is none.
    func add(_ keys: [String]) -> (isAdded: Bool, mustSend: Bool) {
        update { state in
            guard state.writes.add(keys) else { return (false, false) }
            defer { state.isSending = true }
            return (true, !state.isSending)
        }
    }

    /// The next keys for the sender to delete; nil if there are none, and the sender has to stop.
    func nextBatch() -> FailedWrites.Batch? {
        update { state in
            let batch = state.writes.nextBatch()
            if batch.isEmpty { state.isSending = false }
            return batch.isEmpty ? nil : batch
        }
    }

    /// All that are to be deleted.
    var all: FailedWrites.Batch { state.withLock { $0.writes.all } }

    /// They could not be deleted: others come first.
    func postpone(_ batch: FailedWrites.Batch) {
        update { $0.writes.postpone(batch) }
    }

    func remove(_ batch: FailedWrites.Batch) {
        update { $0.writes.remove(batch) }
    }

    /// Nothing is to be deleted any more.
    func removeAll() {
        update { $0.writes.removeAll() }
    }

    private func update<Result>(_ body: (inout State) -> Result) -> Result {
        state.withLock { state in
            let result = body(&state)
            count.store(state.writes.count, ordering: .releasing)
            return result
        }
    }
}
