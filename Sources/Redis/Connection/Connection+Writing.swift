import Locking
import RESP
import Synchronization

// By whoever has the exchange's writing role: a caller, the reactor, or a task in the line of the callers.
extension Connection {
    /// A buffer that grew past this with one large command is given back.
    private static let keptCapacity = 64 * 1024

    /// Takes what has gathered to be written, unless somebody else is writing or it should wait. Under the lock.
    ///
    /// Not as one call of the exchange's: until it is known that nobody writes, ``unsent`` is another thread's.
    ///
    /// - Parameter now: the time, or one not long before.
    /// - Returns: whether to ``write()``.
    func takeUnlessHeld(_ shared: inout Shared, at now: Timestamp) -> Bool {
        shared.exchange.shouldWrite(at: now) && take(&shared)
    }

    /// Takes what has gathered, unless somebody else is writing. Under the lock.
    ///
    /// Nothing is written after its deadline. So the clock is read here, once for all that is taken: whoever added it may
    /// have waited for a thread since. Where a deadline is over, the reactor's timer is due: that ends those calls, and writes
    /// the rest.
    ///
    /// - Returns: whether to ``write()``.
    func take(_ shared: inout Shared) -> Bool {
        guard shared.exchange.mayWrite else { return false }
        let now = Timestamp.now
        guard now < shared.timer else { return false }
        shared.exchange.startWriting(&unsent, at: now)
        return true
    }

    /// Writes what was taken, and goes on with what gathered meanwhile. For whoever has the writing role.
    func write() {
        var goesOn = true
        while goesOn {
            do {
                guard try channel.send(&unsent) else { return pauseWriting() }
            } catch {
                // The role is kept, so nobody writes any more. Whoever reads gets what the peer still had to say, and then
                // the end of the stream. What the kernel has not taken, the server has never seen.
                shared.withLock { $0.exchange.pauseWriting(unsentBytes: unsent.count) }
                return channel.socket.shutdown()
            }
            unsent.removeAll(keepingCapacityUpTo: Self.keptCapacity)
            var hasRoom = false
            goesOn = shared.withLock { shared in
                shared.exchange.finishWriting()
                if shared.queuedBytes > 0 { hasRoom = noteQueuedBytes(of: &shared) }
                return shared.exchange.mayWrite && takeUnlessHeld(&shared, at: .now)
            }
            if hasRoom { tellOwner() }
        }
    }

    /// Leaves the rest to the reactor, which knows when there is room. It goes on reading: otherwise two full buffers
    /// would wait for each other for ever.
    private func pauseWriting() {
        let hasRoom = shared.withLock { shared in
            shared.isWritePaused = true
            // Whoever reads ends that first, and then looks here.
            shared.isWriteHeldUp = channel.isHeldUp
            shared.exchange.pauseWriting(unsentBytes: unsent.count)
            return noteQueuedBytes(of: &shared)
        }
        if hasRoom { tellOwner() }
        watch()
    }

    /// Goes on after more has come. For whoever has the reading role.
    func resumeHeldUpWriting() {
        let isHeldUp = shared.withLock { shared in
            guard shared.isWriteHeldUp, !shared.exchange.isClosed else { return false }
            shared.isWriteHeldUp = false
            shared.isWritePaused = false
            shared.exchange.resumeWriting()
            return true
        }
        if isHeldUp { write() }
    }

    /// Goes on after a pause, on the reactor's thread.
    func resumeWriting() {
        let isPaused = shared.withLock { shared in
            guard shared.isWritePaused, !shared.isWriteHeldUp, !shared.exchange.isClosed else { return false }
            shared.isWritePaused = false
            shared.exchange.resumeWriting()
            return true
        }
        guard isPaused else { return }
        watch()
        write()
    }
}

// MARK: - After the turn of the callers

extension Connection {
    /// Callers are about to be resumed.
    ///
    /// - Returns: whether to ``queueWriting(at:)`` behind them.
    func beginTurn(_ shared: inout Shared, callers: Int, at now: Timestamp) -> Bool {
        let replyTime = shared.exchange.usualReplyTime
        return changeTurn(&shared) { $0.begin(callers: callers, at: now, replyTime: replyTime) }
    }

    /// A caller asks. If it is one of those whom another connection waits for, the others may be about to ask here, too.
    ///
    /// - Returns: whether to ``queueWriting(at:)`` behind them.
    func joinTurn(_ shared: inout Shared, at now: Timestamp) -> Bool {
        guard reactor.awaitedTurns.load(ordering: .relaxed) > 0, !shared.exchange.awaitsTurn, shared.exchange.isPeerFar,
            shared.exchange.inFlight >= WritingTurn.fewestCallers
        else { return false }
        let replyTime = shared.exchange.usualReplyTime
        return changeTurn(&shared) { $0.join(at: now, replyTime: replyTime) }
    }

    /// The task that was to write had no turn for too long.
    func giveUpTurn(_ shared: inout Shared, at now: Timestamp) {
        if shared.writingTurn.end <= now { changeTurn(&shared) { $0.giveUp(at: now) } }
    }

    /// By a task at the end of the line.
    func queueWriting(at now: Timestamp) {
        Task.detached { await self.writeAfterCallers() }
        reactor.schedule(token: token, at: shared.withLock { $0.writingTurn.end })
    }

    private func writeAfterCallers() async {
        var goesOn = true
        while goesOn {
            let now = Timestamp.now
            var writes = false
            goesOn = shared.withLock { shared in
                shared.exchange.awaitsTurn = false
                writes = takeUnlessHeld(&shared, at: now)
                let replyTime = shared.exchange.usualReplyTime
                return changeTurn(&shared) { $0.finish(at: now, replyTime: replyTime) }
            }
            if writes { write() }
            if goesOn { await Task.yield() }
        }
    }

    /// What a connection waits for by itself, the others join.
    private func changeTurn<Result>(_ shared: inout Shared, _ body: (inout WritingTurn) -> Result) -> Result {
        let was = shared.writingTurn
        let result = body(&shared.writingTurn)
        let turn = shared.writingTurn
        shared.exchange.awaitsTurn = turn.isAwaited
        let change = (turn.isAwaited && !turn.isJoined ? 1 : 0) - (was.isAwaited && !was.isJoined ? 1 : 0)
        if change != 0 { reactor.awaitedTurns.add(change, ordering: .relaxed) }
        return result
    }
}
