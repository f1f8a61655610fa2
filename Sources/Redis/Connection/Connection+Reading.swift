import Locking
import RESP
import Synchronization

// By whoever has the reading role: the reactor, or a task in the line of the callers.
extension Connection {
    /// Reads once, and hands out what came. For whoever has the reading role.
    ///
    /// - Returns: whether replies came.
    @discardableResult
    func read() -> Bool {
        var failure: ((RedisError.Outcome) -> RedisError)?
        do {
            if try !inbox.read(from: channel) {
                failure = { .connectionLost(reason: "the server closed it", $0) }
            }
        } catch {
            failure = { .connectionLost(reason: error.description, $0) }
        }
        do {
            try inbox.parse()
        } catch {
            failure = { .protocolViolation(reason: error.description, $0) }
        }
        let partialSize = inbox.partialSize
        noteReply(size: partialSize)
        let hasReplies = !inbox.isEmpty
        do {
            if hasReplies { try deliver(mayLend: failure == nil) }
        } catch {
            failure = { .protocolViolation(reason: "a reply to no command", $0) }
        }
        if partialSize >= ReplySizes.largeSize { noteOldest(receives: partialSize) }
        if let failure {
            close(mayBeTooLarge: true, failure)
        } else if channel.takeRelease() {
            resumeHeldUpWriting()
        }
        return hasReplies
    }

    /// Tells the one who waits for the reply that is on its way how large it is, for the next request like that. After the
    /// replies before it were matched.
    @inline(never)
    private func noteOldest(receives size: Int) {
        shared.withLock { $0.exchange.oldest?.notePartialReply(size: size) }
    }

    /// Hands the replies that have arrived to their waiters, after the writing of what gathered until they came.
    ///
    /// - Parameter mayLend: whether the connection goes on.
    private func deliver(mayLend: Bool) throws(UnsolicitedReply) {
        let now = Timestamp.now
        var writes = false
        var lends = false
        var waitsForCallers = false
        var endsSilence = false
        var answersQuickly = false
        var isInDoubt = false
        var unsolicited: UnsolicitedReply?
        var isRefused = false
        shared.withLock { shared in
            let inFlight = shared.exchange.inFlight
            let wasSilent = shared.exchange.overdueSince != nil
            do throws(UnsolicitedReply) { try inbox.match(with: &shared.exchange) } catch { unsolicited = error }
            shared.exchange.finishReceiving(at: now)
            if largeBytes > 0 || shared.largeReplies > 0 { noteLargeBytes(of: &shared) }
            if wasSilent, shared.exchange.overdueSince == nil {
                answers.store(true, ordering: .relaxed)
                endsSilence = true
            }
            if unsolicited == nil { writes = take(&shared) }
            isRefused = shared.exchange.isRefused
            let goesOn = mayLend && unsolicited == nil && !isRefused
            if shared.reading.isReactors, shared.exchange.isPeerNearby {
                lends =
                    goesOn && Self.worthLending.contains(inFlight) && !servesCallersHere && shared.reading.shouldLend()
                answersQuickly = !lends && inFlight <= Self.fewInFlight
            } else if shared.exchange.isPeerFar, goesOn, !servesCallersHere {
                waitsForCallers = beginTurn(&shared, callers: inbox.answeredCount, at: now)
            }
            // Before those are resumed who have theirs first.
            shared.exchange.awaitsTurn = lends || !shared.reading.isReactors || shared.writingTurn.isAwaited
            if shared.exchange.session.isInDoubt {
                answers.store(false, ordering: .relaxed)
                isInDoubt = true
            }
        }
        if writes { write() }
        if answersQuickly { reactor.spinBeforeParking() }
        // Before the waiters go on, so that their next calls find the connection as free as it is.
        leases.subtract(inbox.answeredCount, ordering: .sequentiallyConsistent)
        inbox.deliver()
        if isInDoubt { closeOnceAnswered() }
        if lends { lendReading() }
        if waitsForCallers { queueWriting(at: now) }
        if let owner, endsSilence || owner.hasWaiters { owner.connectionFreed() }
        if let unsolicited { throw unsolicited }
        // The server is about to hang up, and reads nothing any more.
        if isRefused { close { .connectionLost(reason: "the server refused a request for its size", $0) } }
    }

    /// With fewer in flight, the turn of their callers is as short as the way to another thread is long. With more, the line
    /// is so long that the reactor is there sooner.
    private static let worthLending = 4...64

    /// So few requests are held back until they can go out together, and then nobody has anything to do until their replies
    /// come. With more in flight the processor is better used by the callers.
    private static let fewInFlight = Exchange<Waiter<RESPValue>>.turnCount

    /// Has the reactor watch the descriptor for what nobody else looks for.
    func watch() {
        do {
            // Under the lock, so that the last change is the one that counts.
            try shared.withLock { shared throws(Errno) in
                if shared.exchange.isClosed { return }
                var interest: Readiness = []
                if shared.reading.isReactors { interest.insert(.readable) }
                if shared.isWritePaused, !shared.isWriteHeldUp { interest.insert(.writable) }
                try reactor.change(channel.socket.descriptor, token: token, to: interest)
            }
        } catch {
            close { .connectionLost(reason: error.description, $0) }
        }
    }
}

// MARK: - The reactor's side

extension Connection {
    /// Whether the reactor has the role, or takes it back: of a connection that has ended, it is told in any case.
    func mayRead() -> Bool {
        let (mayRead, isTakenBack) = shared.withLock { shared in
            if shared.reading.isReactors { return (true, false) }
            let isTakenBack = shared.reading.takeBack()
            if isTakenBack { shared.exchange.awaitsTurn = false }
            return (isTakenBack, isTakenBack)
        }
        if isTakenBack { watch() }
        return mayRead
    }

    /// Takes the role back from a task whose line does not move, or when a deadline is over: what has come by then is in
    /// time.
    ///
    /// - Returns: when to look again.
    func lookAfterReader(at now: Timestamp) -> Timestamp {
        let (isTakenBack, isLent) = shared.withLock { shared in
            let requests = shared.exchange.added
            let isTakenBack =
                shared.timer <= now ? shared.reading.takeBack() : shared.reading.takeBack(at: now, requests: requests)
            if isTakenBack { shared.exchange.awaitsTurn = false }
            return (isTakenBack, !shared.reading.isReactors)
        }
        if isTakenBack {
            watch()
            read()
        }
        return isLent ? now + ReadingRole.patience : .distantFuture
    }

    /// To a task behind the callers who were resumed.
    private func lendReading() {
        let now = Timestamp.now
        let needsTask = shared.withLock { shared in
            shared.reading.lend(at: now, requests: shared.exchange.added)
        }
        watch()
        reactor.schedule(token: token, at: now + ReadingRole.patience)
        if needsTask { Task.detached { await self.readAmongCallers() } }
    }
}

// MARK: - The task's side

extension Connection {
    private static let looking = Atomic<Int>(0)

    /// Writes what the callers before it in the line have left, reads, and queues up again, until no more replies come.
    private func readAmongCallers() async {
        var hasRead = false
        while startTurn() {
            guard read() || lookForReplies() else { return giveBack(hasRead: hasRead) }
            hasRead = true
            shared.withLock { $0.reading.endTurn(at: .now, requests: $0.exchange.added) }
            await Task.yield()
        }
    }

    private func startTurn() -> Bool {
        let now = Timestamp.now
        var writes = false
        let isStarted = shared.withLock { shared in
            guard !shared.exchange.isClosed, shared.reading.startTurn() else { return false }
            shared.exchange.awaitsTurn = false
            writes = takeUnlessHeld(&shared, at: now)
            return true
        }
        if writes { write() }
        return isStarted
    }

    /// For a moment, where some are on their way: to have the reactor's thread woken takes longer than most. See
    /// ``SpinPolicy``.
    private func lookForReplies() -> Bool {
        defer { Self.looking.subtract(1, ordering: .relaxed) }
        guard Self.looking.add(1, ordering: .relaxed).newValue <= SpinPolicy.maxSpinners else { return false }
        guard shared.withLock({ $0.exchange.inFlight > 0 }) else { return false }
        return SpinPolicy.spin { read() }
    }

    private func giveBack(hasRead: Bool) {
        shared.withLock { $0.reading.giveBack(hasRead: hasRead) }
        watch()
    }
}
