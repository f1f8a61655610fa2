/// Who reads a connection's replies: the reactor, or while they keep coming, a task in the line of the callers.
///
/// To wake a thread costs more than to read a reply. So the reactor lends the role to a task that queues up behind the
/// callers whose replies have just come. When its turn is there, they have made their next commands: it writes them
/// together, reads what has come meanwhile, and queues up again behind those who got that. When nothing comes, it gives
/// the role back. The idea is that of leader and followers (Schmidt, O'Ryan, Pyarali, Kircher and Buschmann,
/// "Leader/Followers", PLoP 2000), with a line of tasks in the place of threads.
///
/// Where others keep the task from its turn, the reactor takes the role back: see ``takeBack(at:requests:)``. A pure value,
/// under the connection's lock; whoever has the role alone touches what was read.
package struct ReadingRole: Sendable {
    private enum Holder {
        case reactor
        /// Waits for its turn since then, and does nothing until it has it.
        case waitingTask(since: Timestamp)
        case task
    }

    private var holder = Holder.reactor

    /// Whether a task is in the line: one that lost the role still is, until its turn comes.
    private var hasTask = false

    /// Whether that line did not move when it was last looked at.
    private var isStuck = false

    /// Whether lending has paid of late.
    private var lending = ChanceBackoff()

    /// How many requests there had been when the task began to wait, or was last looked at.
    private var requestsSeen: UInt64 = 0

    /// A task that waits for longer than this, in nanoseconds, loses the role, unless there were new requests meanwhile: the
    /// line does not move, other tasks fill the threads, and there may be callers who do not depend on those.
    package static let patience: Int64 = 1_000_000

    /// So long it may wait in any case, in nanoseconds: as long as a thousand callers or two take for their turns, on a busy
    /// machine.
    package static let longPatience: Int64 = 20_000_000

    package init() {}

    /// Whether it is the reactor's.
    package var isReactors: Bool {
        if case .reactor = holder { true } else { false }
    }
}

// MARK: - The reactor's side

extension ReadingRole {
    /// Whether to lend it once the replies that have come are handed out: that has paid of late, and the line moves.
    package mutating func shouldLend() -> Bool {
        isReactors && !isStuck && lending.takeChance()
    }

    /// Lends it. What was read must have been handed out, as the turn may come at once.
    ///
    /// - Parameter requests: how many there were on the connection, ever.
    /// - Returns: whether a task is to be queued; one that lost the role may be in the line yet, and takes this turn.
    package mutating func lend(at now: Timestamp, requests: UInt64) -> Bool {
        holder = .waitingTask(since: now)
        requestsSeen = requests
        defer { hasTask = true }
        return !hasTask
    }

    /// Takes it back from a task that still waits for its turn.
    package mutating func takeBack() -> Bool {
        guard case .waitingTask = holder else { return false }
        holder = .reactor
        lending.fail()
        return true
    }

    /// Takes it back if the task has waited for too long. To be asked again when its patience has passed.
    package mutating func takeBack(at now: Timestamp, requests: UInt64) -> Bool {
        let moves = requests != requestsSeen
        requestsSeen = requests
        guard case .waitingTask(let since) = holder, now - since >= Self.patience else { return false }
        if moves, now - since < Self.longPatience { return false }
        isStuck = !moves
        return takeBack()
    }
}

// MARK: - The task's side

extension ReadingRole {
    /// Its turn has come.
    ///
    /// - Returns: false if the role was taken back: it leaves the line.
    package mutating func startTurn() -> Bool {
        isStuck = false
        guard case .waitingTask = holder else {
            hasTask = false
            return false
        }
        holder = .task
        return true
    }

    /// Replies have come, and it queues up behind their callers.
    package mutating func endTurn(at now: Timestamp, requests: UInt64) {
        holder = .waitingTask(since: now)
        requestsSeen = requests
        lending.succeed()
    }

    /// No replies have come, and it leaves the line.
    ///
    /// - Parameter hasRead: whether some came in an earlier turn, so that lending has paid.
    package mutating func giveBack(hasRead: Bool) {
        hasTask = false
        holder = .reactor
        if !hasRead { lending.fail() }
    }
}
