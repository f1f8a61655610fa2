/// When a connection writes its requests, and who reads its replies.
///
/// A pure value under the connection's lock: it is told each event (`Pacing+Events.swift`), and answers with actions. A
/// request is written at once, unless one of four reasons holds it back: see ``shouldWrite(_:at:)``.
package struct Pacing: ~Copyable, Sendable {
    /// What the connection is to do once the lock is released.
    package struct Actions: OptionSet, Sendable {
        package let rawValue: UInt16
        package init(rawValue: UInt16) { self.rawValue = rawValue }

        /// Take what has gathered, and write it, unless somebody is writing.
        package static let write = Actions(rawValue: 1)
        /// Spin for replies: the reactor before it parks, or a follower.
        package static let spin = Actions(rawValue: 2)
        package static let read = Actions(rawValue: 4)
        /// Have the reactor watch what nobody else looks for.
        package static let watch = Actions(rawValue: 8)
        /// Once the callers are resumed, hand the reading off to a task behind them.
        package static let handOff = Actions(rawValue: 16)
        /// Once the callers are resumed, queue a task behind them that writes.
        package static let queueWriter = Actions(rawValue: 32)
        package static let awaitIterationEnd = Actions(rawValue: 64)
        /// Count the connection among those that invite others to coalesce, or no longer.
        package static let invite = Actions(rawValue: 128)
        package static let endInvitation = Actions(rawValue: 256)

        package static let beforeDelivery: Actions = [.write, .spin, .invite]
    }

    /// Whether the callers are tasks on the reactor's own thread: they ask in this iteration of its event loop, or wait for
    /// replies and will run on that thread.
    enum ReactorCallers { case none, asking, waiting }

    var reactorCallers = ReactorCallers.none
    var leadership = LeaderFollowers()
    var coalescing = WriteCoalescing()
    var roundTrips = RoundTripEstimator()

    package init() {}
}

// MARK: - What is held back

extension Pacing {
    /// More than this is not held back: a system call for as much is well spent.
    private static let maxHeldBytes = 16 * 1024

    /// So many requests are not corked: the server would have nothing to do meanwhile. With much in flight, one of so many
    /// parts of it.
    package static let maxCorked = 16
    private static let corkedParts = 4

    /// So many requests do not wait for the next reply, where the connection may be the only one: the server would have
    /// nothing to do until all its callers are done with their last replies. Several connections take turns by themselves.
    private static let maxAwaitingReply = 24

    /// With no more than this in flight it may be: the pool opens the second one beyond it, see `PoolState.targetDepth`.
    private static let soleDepth = 64

    /// Whether what callers ask now is written together by somebody who runs after them: the reactor at the end of its
    /// iteration, a follower, or a writer.
    package var isCorked: Bool { reactorCallers == .asking || leadership.isCorking || coalescing.isCorking }

    /// Whether to write what has gathered now: it is much, or neither corked nor to be written with the next reply.
    package func shouldWrite(_ backlog: Backlog, at now: Timestamp) -> Bool {
        if !backlog.mayWrite { return false }
        if backlog.bytes >= Self.maxHeldBytes { return true }
        if isCorked {
            return backlog.requests >= Self.maxCorked && backlog.requests * Self.corkedParts >= backlog.inFlight
        }
        if backlog.requests >= Self.maxAwaitingReply, backlog.inFlight <= Self.soleDepth { return true }
        return !roundTrips.expectsReply(at: now)
    }

    package var isReactorReading: Bool { leadership.isReactorLeading }

    /// When to tell ``timerFired(at:requests:isDeadline:)``: a task may be starved.
    package func nextTimer(after now: Timestamp) -> Timestamp {
        min(leadership.isReactorLeading ? .distantFuture : now + LeaderFollowers.patience, coalescing.end)
    }
}
