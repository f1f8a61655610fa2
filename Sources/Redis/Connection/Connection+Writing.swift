import Locking
import RESP
import Synchronization

// By whoever has the exchange's writing role: a caller, or the reactor.
extension Connection {
    /// A buffer that grew past this with one large command is given back.
    private static let keptCapacity = 64 * 1024

    /// Writes what was taken, and goes on with what gathered meanwhile. For whoever has the writing role.
    func write() {
        var goesOn = true
        while goesOn {
            do {
                guard try channel.send(&unsent) else { return pauseWriting() }
            } catch {
                // The role is kept, so nobody writes any more. Whoever reads gets what the peer still had to say, and then
                // the end of the stream.
                return channel.socket.shutdown()
            }
            unsent.removeAll(keepingCapacityUpTo: Self.keptCapacity)
            goesOn = shared.withLock { $0.exchange.finishWriting(&unsent, at: .now) }
        }
    }

    /// Leaves the rest to the reactor, which knows when there is room. It goes on reading: otherwise two full buffers
    /// would wait for each other for ever.
    private func pauseWriting() {
        shared.withLock { shared in
            shared.isWritePaused = true
            shared.exchange.pauseWriting(unsentBytes: unsent.count)
        }
        watch()
    }

    /// Goes on after a pause, on the reactor's thread.
    func resumeWriting() {
        let isPaused = shared.withLock { shared in
            guard shared.isWritePaused, !shared.exchange.isClosed else { return false }
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
        changeTurn(&shared) { $0.begin(callers: callers, at: now) }
    }

    /// A caller asks. If it is one of those whom another connection waits for, the others may be about to ask here, too.
    ///
    /// - Returns: whether to ``queueWriting(at:)`` behind them.
    func joinTurn(_ shared: inout Shared, at now: Timestamp) -> Bool {
        guard reactor.awaitedTurns.load(ordering: .relaxed) > 0, !shared.exchange.awaitsTurn,
            !shared.exchange.isPeerNearby
        else { return false }
        return beginTurn(&shared, callers: shared.exchange.inFlight, at: now)
    }

    /// The task that was to write had no turn for too long.
    func giveUpTurn(_ shared: inout Shared, at now: Timestamp) {
        if shared.writingTurn.end <= now { changeTurn(&shared) { $0.giveUp(at: now) } }
    }

    /// By a task at the end of the line.
    func queueWriting(at now: Timestamp) {
        reactor.schedule(token: token, at: now + WritingTurn.patience)
        Task.detached { await self.writeAfterCallers() }
    }

    private func writeAfterCallers() async {
        var goesOn = true
        while goesOn {
            let now = Timestamp.now
            var writes = false
            goesOn = shared.withLock { shared in
                shared.exchange.awaitsTurn = false
                writes = shared.exchange.startWritingUnlessHeld(&unsent, at: now)
                return changeTurn(&shared) { $0.finish(at: now) }
            }
            if writes { write() }
            if goesOn { await Task.yield() }
        }
    }

    private func changeTurn<Result>(_ shared: inout Shared, _ body: (inout WritingTurn) -> Result) -> Result {
        let wasAwaited = shared.writingTurn.isAwaited
        let result = body(&shared.writingTurn)
        let isAwaited = shared.writingTurn.isAwaited
        shared.exchange.awaitsTurn = isAwaited
        if isAwaited != wasAwaited { reactor.awaitedTurns.add(isAwaited ? 1 : -1, ordering: .relaxed) }
        return result
    }
}
