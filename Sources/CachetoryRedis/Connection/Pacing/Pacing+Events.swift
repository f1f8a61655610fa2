extension Pacing {
    /// With fewer in flight, a follower is not faster than the reactor. With more, the executor's queue is so long that the
    /// reactor is there sooner.
    private static let worthHandingOff = 4...64

    /// So few requests are corked until they can be written together, and then nobody has anything to do until their replies
    /// come. With more in flight the processor is better used by the callers.
    private static let worthSpinning = 0...maxCorked

    /// A caller has added a request.
    ///
    /// - Parameter isInvited: whether another connection of the reactor's coalesces: its callers may ask here as well.
    package mutating func requestAdded(_ backlog: Backlog, onReactor: Bool, isInvited: Bool, at now: Timestamp)
        -> Actions
    {
        var actions: Actions = []
        if onReactor {
            if reactorCallers != .asking { actions = .awaitIterationEnd }
            reactorCallers = .asking
        } else if isInvited, !isCorked, isPeerFar, backlog.inFlight >= WriteCoalescing.minCallers,
            coalescing.join(at: now, replyTime: roundTrips.usualReplyTime)
        {
            actions = .queueWriter
        }
        return shouldWrite(backlog, at: now) ? actions.union(.write) : actions
    }

    /// The requests up to this one, counted from the first, were taken to be written.
    package mutating func writeBegan(upTo request: UInt64, at now: Timestamp) {
        roundTrips.wrote(upTo: request, at: now)
    }

    /// Replies have come, and their callers are about to be resumed.
    ///
    /// - Parameters:
    ///   - request: the last one that is answered, counted from the first; nil if pushes alone have come.
    ///   - inFlight: how many requests waited for a reply before.
    ///   - callers: how many are resumed.
    package mutating func repliesCame(
        upTo request: UInt64?, inFlight: Int, callers: Int, at now: Timestamp
    ) -> Actions {
        if let request { roundTrips.answered(upTo: request, at: now) }
        guard leadership.isReactorLeading else {
            leadership.deliver()
            return .write
        }
        let resumesElsewhere = reactorCallers == .none
        if reactorCallers == .waiting { reactorCallers = .none }
        if isPeerNearby {
            if Self.worthHandingOff.contains(inFlight), resumesElsewhere, leadership.beginHandOff() {
                return [.write, .handOff]
            }
            return Self.worthSpinning.contains(inFlight) ? [.write, .spin] : .write
        }
        guard isPeerFar, resumesElsewhere else { return .write }
        let hadInvited = coalescing.invitesOthers
        let queuesWriter = coalescing.cork(callers: callers, at: now, replyTime: roundTrips.usualReplyTime)
        return invitation(since: hadInvited).union(queuesWriter ? [.write, .queueWriter] : .write)
    }

    /// The socket is readable, or has ended, of which the reactor hears in any case.
    package mutating func becameReadable() -> Actions {
        if leadership.isReactorLeading { return .read }
        return leadership.reclaim() ? [.watch, .read] : []
    }

    /// The iteration in which tasks on the reactor's thread have asked is over. They have nothing to do but to wait for it.
    package mutating func iterationEnded() -> Actions {
        reactorCallers = .waiting
        return isPeerNearby ? [.write, .spin] : .write
    }

    /// - Parameters:
    ///   - requests: how many the connection ever had.
    ///   - isDeadline: whether a request's deadline is over. What has come by then is in time.
    package mutating func timerFired(at now: Timestamp, requests: UInt64, isDeadline: Bool) -> Actions {
        let hadInvited = coalescing.invitesOthers
        coalescing.giveUpIfStarved(at: now)
        let reclaims = isDeadline ? leadership.reclaim() : leadership.reclaimIfStarved(at: now, requests: requests)
        return invitation(since: hadInvited).union(reclaims ? [.watch, .read] : [])
    }

    private func invitation(since hadInvited: Bool) -> Actions {
        coalescing.invitesOthers == hadInvited ? [] : hadInvited ? .endInvitation : .invite
    }

    /// Whether a reply has ever come so soon after its request that it is worth spinning for the next one.
    private var isPeerNearby: Bool { roundTrips.hasAnswered(within: SpinPolicy.nearby) }

    /// Whether no reply has ever come so soon that the next one may be waited for.
    private var isPeerFar: Bool { !roundTrips.hasAnswered(within: RoundTripEstimator.holdLimit) }
}

// MARK: - Of the tasks

extension Pacing {
    /// The callers are resumed, and the follower is to be queued behind them: whether that takes a new task.
    package mutating func followerQueued(at now: Timestamp, requests: UInt64) -> Bool {
        leadership.queueFollower(at: now, requests: requests)
    }

    /// - Returns: nil if the follower has lost the lead: it ends.
    package mutating func followerRan(_ backlog: Backlog, at now: Timestamp) -> Actions? {
        guard leadership.promote() else { return nil }
        return shouldWrite(backlog, at: now) ? .write : []
    }

    /// The follower has read no replies: it spins for them once, and then ends.
    package mutating func followerFoundNothing(inFlight: Int) -> Actions {
        leadership.spinOrHandBack(inFlight: inFlight) ? .spin : .watch
    }

    /// The writer ends, unless it is to be queued once more.
    package mutating func writerRan(_ backlog: Backlog, at now: Timestamp) -> Actions {
        let hadInvited = coalescing.invitesOthers
        let isNeeded = coalescing.uncork()
        var actions: Actions = shouldWrite(backlog, at: now) ? .write : []
        if isNeeded {
            coalescing.recork(at: now, replyTime: roundTrips.usualReplyTime)
            actions.insert(.queueWriter)
        }
        return actions.union(invitation(since: hadInvited))
    }
}
