import CachetoryLocking
import CachetoryRESP
import Synchronization

// By whoever has the exchange's writing role: a caller, the reactor, a follower or a writer.
extension Connection {
    /// A buffer that grew past this with one large command is given back.
    private static let keptCapacity = 64 * 1024

    /// Takes what has gathered, unless somebody else is writing or it is held back. Under the lock.
    ///
    /// - Returns: whether to ``write()``.
    func takeUnlessHeld(_ shared: inout Shared) -> Bool {
        guard shared.exchange.mayWrite else { return false }
        let now = Timestamp.now
        let writes = shared.pacing.shouldWrite(shared.exchange.backlog, at: now)
        return take(for: writes ? .write : [], &shared, at: now) == .write
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
                return takeUnlessHeld(&shared)
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

    /// Goes on after a pause, on the reactor's thread; or where it was held up, after more has come, for whoever reads.
    func resumeWriting(heldUp: Bool) {
        let resumes = shared.withLock { shared in
            guard shared.isWritePaused, shared.isWriteHeldUp == heldUp, !shared.exchange.isClosed else { return false }
            (shared.isWritePaused, shared.isWriteHeldUp) = (false, false)
            shared.exchange.resumeWriting()
            return true
        }
        guard resumes else { return }
        if !heldUp { watch() }
        write()
    }
}
