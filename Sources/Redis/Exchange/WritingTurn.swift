/// When to write what callers ask next who have just got their replies: once all of them have had their turn.
///
/// From a peer far away many replies come at once, and none is expected soon with which to write. So a task queues up
/// behind the callers who are resumed, and writes together what they have asked by the time of its own turn. Where others
/// keep it from that, the reactor does so in its place. A pure value, under the connection's lock.
package struct WritingTurn: Sendable {
    private enum Place {
        case nowhere
        /// In the line; to queue up once more if there are callers behind it.
        case inLine(until: Timestamp, again: Bool)
        /// In the line, which does not move. Nobody waits for it any more.
        case stuck
    }

    /// Where the task is.
    private var place = Place.nowhere

    /// Whether waiting has paid of late.
    private var waiting = ChanceBackoff()

    /// Whether it is waited for only because another connection of the same callers waits.
    package private(set) var isJoined = false

    /// With fewer callers, a task of its own costs more than it saves.
    package static let fewestCallers = 4

    /// The task is not waited for longer than a reply usually takes, nor than this, in nanoseconds: a thousand callers take
    /// less.
    private static let longestPatience: Int64 = 5_000_000

    package init() {}

    /// Whether what is asked now should wait for the task.
    package var isAwaited: Bool {
        if case .inLine = place { true } else { false }
    }

    /// When to give up waiting.
    package var end: Timestamp {
        if case .inLine(let end, _) = place { end } else { .distantFuture }
    }

    /// Callers are about to be resumed.
    ///
    /// - Parameter replyTime: how long a reply usually takes, in nanoseconds.
    /// - Returns: whether a task is to be queued behind them.
    package mutating func begin(callers: Int, at now: Timestamp, replyTime: Int64) -> Bool {
        switch place {
        case .nowhere:
            guard callers >= Self.fewestCallers, waiting.takeChance() else { return false }
            place = .inLine(until: Self.end(from: now, replyTime), again: false)
            isJoined = false
            return true
        case .inLine(let end, _):
            place = .inLine(until: end, again: true)
            isJoined = false
        case .stuck:
            break
        }
        return false
    }

    /// Somebody asks while another connection waits for callers, who may ask here as well.
    ///
    /// - Returns: whether a task is to be queued behind them.
    package mutating func join(at now: Timestamp, replyTime: Int64) -> Bool {
        guard case .nowhere = place, waiting.takeChance() else { return false }
        place = .inLine(until: Self.end(from: now, replyTime), again: false)
        isJoined = true
        return true
    }

    /// The task's turn has come.
    ///
    /// - Returns: whether it is to queue up once more.
    package mutating func finish(at now: Timestamp, replyTime: Int64) -> Bool {
        guard case .inLine(_, let again) = place else {
            place = .nowhere
            return false
        }
        waiting.succeed()
        place = again ? .inLine(until: Self.end(from: now, replyTime), again: false) : .nowhere
        return again
    }

    /// Stops waiting for a task that has not had its turn in time.
    package mutating func giveUp(at now: Timestamp) {
        guard end <= now else { return }
        place = .stuck
        waiting.fail()
    }

    private static func end(from now: Timestamp, _ replyTime: Int64) -> Timestamp {
        now + min(replyTime, longestPatience)
    }
}
