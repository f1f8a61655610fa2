/// Who reads a connection's replies: the reactor, or while they keep coming, a task.
///
/// The leader/followers pattern (Schmidt, O'Ryan, Pyarali, Kircher and Buschmann, PLoP 2000) with a task in place of threads,
/// as to wake a thread costs more than to read a reply. The reactor hands off to a *follower*: a task in the executor's
/// queue, behind the callers whose replies have just come. When it runs, they have made their next requests. It is promoted,
/// writes those together, reads, delivers, and queues itself again. If no reply comes, it hands back.
///
/// Only the leader touches what was read. A queued follower touches nothing, so the reactor can reclaim the lead from it.
package struct LeaderFollowers: Sendable {
    private enum Leader {
        case reactor
        /// Whoever has read resumes the callers. A follower will be queued behind them, and nobody can reclaim until then.
        case delivering
        case queuedFollower, follower, spinningFollower
    }

    private var leader = Leader.reactor

    /// Since when the follower is queued.
    private var queuedAt = Timestamp.distantFuture

    /// Whether the follower's task exists: it stays in the queue after a reclaim.
    private var hasFollower = false

    /// Whether it has delivered replies since the reactor handed off.
    private var hasDelivered = false

    /// Whether the executor's queue did not move when the reactor last looked.
    private var isStarved = false

    /// How many requests there had been when the follower was queued, or was last looked at.
    private var requestsSeen: UInt64 = 0

    private var handOffs = ChanceBackoff()

    /// After so many nanoseconds in the queue the reactor reclaims the lead, if the connection got no new request meanwhile:
    /// other tasks fill the threads, and there may be callers who do not depend on those.
    package static let patience: Int64 = 1_000_000

    /// After so many it does in any case: a thousand callers or two run in that time on a busy machine.
    package static let longPatience: Int64 = 20_000_000

    package init() {}

    package var isReactorLeading: Bool { leader == .reactor }

    /// Whether a follower will run after the callers, and write what they ask.
    package var isCorking: Bool { leader == .delivering || leader == .queuedFollower }
}

// MARK: - The reactor's side

extension LeaderFollowers {
    /// - Returns: whether to hand off once the callers are resumed: that has paid of late, and the queue moves.
    package mutating func beginHandOff() -> Bool {
        guard isReactorLeading, !isStarved, handOffs.takeChance() else { return false }
        leader = .delivering
        hasDelivered = false
        return true
    }

    /// Takes the lead from a follower that is queued.
    package mutating func reclaim() -> Bool {
        guard leader == .queuedFollower else { return false }
        leader = .reactor
        handOffs.fail()
        return true
    }

    /// Takes the lead from a follower that has been queued for too long. To be asked again after ``patience``.
    package mutating func reclaimIfStarved(at now: Timestamp, requests: UInt64) -> Bool {
        let moves = requests != requestsSeen
        requestsSeen = requests
        guard leader == .queuedFollower, now - queuedAt >= (moves ? Self.longPatience : Self.patience) else {
            return false
        }
        isStarved = !moves
        return reclaim()
    }
}

// MARK: - The follower's side

extension LeaderFollowers {
    /// The callers are resumed. The follower is queued behind them, and may run at once.
    ///
    /// - Parameter requests: how many the connection ever had.
    /// - Returns: whether that takes a new task; the one of an earlier hand-off may still be in the queue.
    package mutating func queueFollower(at now: Timestamp, requests: UInt64) -> Bool {
        leader = .queuedFollower
        (queuedAt, requestsSeen) = (now, requests)
        defer { hasFollower = true }
        return !hasFollower
    }

    /// The follower runs. It ends if the reactor has reclaimed the lead: false.
    package mutating func promote() -> Bool {
        isStarved = false
        hasFollower = leader == .queuedFollower
        if hasFollower { leader = .follower }
        return hasFollower
    }

    /// The follower has read replies.
    package mutating func deliver() {
        leader = .delivering
        hasDelivered = true
        handOffs.succeed()
    }

    /// The follower has read none: whether it spins for them, once, before it hands back and ends.
    package mutating func spinOrHandBack(inFlight: Int) -> Bool {
        if leader == .follower, inFlight > 0 {
            leader = .spinningFollower
            return true
        }
        hasFollower = false
        leader = .reactor
        if !hasDelivered { handOffs.fail() }
        return false
    }
}
