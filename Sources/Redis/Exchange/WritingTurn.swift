/// When to write what callers ask next who have just got their replies: once all of them have had their turn.
///
/// From a peer far away many replies come at once, and none is expected soon with which to write. So a task queues up
/// behind the callers who are resumed, and writes together what they have asked by the time of its own turn. Where others
/// keep it from that, the reactor does so in its place. A pure value, under the connection's lock.
package struct WritingTurn: Sendable {
    private enum Task {
        case none
        /// In the line; `again` once there are callers behind it.
        case waiting(since: Timestamp, again: Bool)
        /// In the line, which does not move. Nobody waits for it any more.
        case stuck
    }

    private var task = Task.none

    /// With fewer callers, a task of its own costs more than it saves.
    package static let fewestCallers = 4

    /// A task that waits for longer than this, in nanoseconds, is not waited for. A thousand callers take less.
    package static let patience: Int64 = 5_000_000

    package init() {}

    /// Whether what is asked now should wait for the task.
    package var isAwaited: Bool {
        if case .waiting = task { true } else { false }
    }

    /// When to give up waiting.
    package var end: Timestamp {
        if case .waiting(let since, _) = task { since + Self.patience } else { .distantFuture }
    }

    /// Callers are about to be resumed.
    ///
    /// - Returns: whether a task is to be queued behind them.
    package mutating func begin(callers: Int, at now: Timestamp) -> Bool {
        switch task {
        case .none where callers >= Self.fewestCallers:
            task = .waiting(since: now, again: false)
            return true
        case .waiting(let since, _):
            task = .waiting(since: since, again: true)
        case .none, .stuck:
            break
        }
        return false
    }

    /// The task's turn has come.
    ///
    /// - Returns: whether it is to queue up once more, behind callers who came after it.
    package mutating func finish(at now: Timestamp) -> Bool {
        guard case .waiting(_, again: true) = task else {
            task = .none
            return false
        }
        task = .waiting(since: now, again: false)
        return true
    }

    /// Stops waiting for a task whose patience has passed.
    package mutating func giveUp(at now: Timestamp) {
        if end <= now { task = .stuck }
    }
}
