import Locking
import RESP

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
    /// By a task behind the callers who were resumed.
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
                let goesOn = shared.writingTurn.finish(at: now)
                shared.exchange.awaitsTurn = false
                writes = shared.exchange.startWritingUnlessHeld(&unsent, at: now)
                shared.exchange.awaitsTurn = goesOn
                return goesOn
            }
            if writes { write() }
            if goesOn { await Task.yield() }
        }
    }
}
