/// Write coalescing for a peer far away: corks what callers ask who got their replies together, until all of them have run.
///
/// From far away many replies come at once, and then none for long. So a task, the *writer*, queues behind the callers who are
/// resumed, and writes together what they have asked. If it does not run in time, the reactor writes in its place.
package struct WriteCoalescing: Sendable {
    private enum Writer {
        case none, queued
        /// In the executor's queue, which does not move. Nothing is corked for it any more.
        case starved
    }

    private var writer = Writer.none

    /// Whether there are callers behind it, for whom it is to queue itself once more.
    private var isNeededAgain = false

    /// When to give up on the writer.
    package private(set) var end = Timestamp.distantFuture

    private var corks = ChanceBackoff()

    /// Whether it corks only because another connection of the same callers does.
    private var hasJoined = false

    /// With fewer callers, a task of its own costs more than it saves.
    package static let minCallers = 4

    /// Nothing is corked for longer than a reply usually takes, nor than so many nanoseconds: a thousand callers run in less.
    package static let maxPatience: Int64 = 5_000_000

    package init() {}

    package var isCorking: Bool { writer == .queued }

    /// Whether other connections of the same callers are to cork as well.
    package var invitesOthers: Bool { isCorking && !hasJoined }

    /// Callers are about to be resumed.
    ///
    /// - Parameter replyTime: how long a reply usually takes, in nanoseconds.
    /// - Returns: whether to queue a writer behind them.
    package mutating func cork(callers: Int, at now: Timestamp, replyTime: Int64) -> Bool {
        if writer == .queued { (isNeededAgain, hasJoined) = (true, false) }
        guard writer == .none, callers >= Self.minCallers, corks.takeChance() else { return false }
        hasJoined = false
        recork(at: now, replyTime: replyTime)
        return true
    }

    /// A caller asks while another connection corks for its callers: the others may be about to ask here as well.
    ///
    /// - Returns: whether to queue a writer behind them; not before the first reply, which tells how long to cork.
    package mutating func join(at now: Timestamp, replyTime: Int64) -> Bool {
        guard writer == .none, replyTime > 0, corks.takeChance() else { return false }
        hasJoined = true
        recork(at: now, replyTime: replyTime)
        return true
    }

    /// The writer runs, and takes what was corked.
    ///
    /// - Returns: whether there are callers behind it, for whom to ``recork(at:replyTime:)``.
    package mutating func uncork() -> Bool {
        if writer == .queued { corks.succeed() }
        (writer, end) = (.none, .distantFuture)
        defer { isNeededAgain = false }
        return isNeededAgain
    }

    package mutating func recork(at now: Timestamp, replyTime: Int64) {
        (writer, end) = (.queued, now + min(replyTime, Self.maxPatience))
    }

    /// Gives up on a writer that has not run in time.
    package mutating func giveUpIfStarved(at now: Timestamp) {
        guard end <= now else { return }
        (writer, end, isNeededAgain) = (.starved, .distantFuture, false)
        corks.fail()
    }
}
