import Locking
import Synchronization

// On the reactor's thread.
extension Connection: ReactorHandler {
    package func becameReady(for readiness: Readiness) {
        if readiness.contains(.readable), mayRead() {
            read()
            servesCallersHere = false
        }
        if readiness.contains(.writable) { resumeWriting() }
    }

    package func turnEnded() {
        endsTurn = false
        servesCallersHere = true
        let (writes, answersQuickly) = shared.withLock { shared in
            shared.exchange.awaitsTurn = false
            let writes = shared.exchange.mayWrite
            if writes { shared.exchange.startWriting(&unsent, at: .now) }
            return (writes, shared.exchange.isPeerNearby)
        }
        if writes { write() }
        // The callers run on this very thread, and have nothing to do but to wait for it.
        if answersQuickly { reactor.linger() }
    }

    package func reactorEnded() {
        close { .connectionLost(reason: "nobody reads its replies any more", $0) }
    }

    package func timerFired(at now: Timestamp) {
        let patience = commandTimeout ?? .seconds(Int64.max)
        var writes = false
        let (expired, isStuck, next, isDead) = shared.withLock { shared in
            let isStuck = shared.reading.takeBack(at: now, requests: shared.exchange.added)
            if isStuck {
                shared.exchange.awaitsTurn = false
                writes = shared.exchange.mayWrite
                if writes { shared.exchange.startWriting(&unsent, at: now) }
            }
            let nextLook = shared.reading.isReactors ? .distantFuture : now + ReadingRole.patience
            let expired = shared.exchange.expire(at: now)
            let end = shared.exchange.overdueSince.map { $0 + patience } ?? .distantFuture
            shared.timer = min(shared.exchange.nextDeadline, end, nextLook)
            if shared.exchange.overdueSince != nil { answers.store(false, ordering: .relaxed) }
            return (expired, isStuck, shared.timer, end <= now)
        }
        if writes { write() }
        if isStuck { watch() }
        for abandoned in expired {
            abandoned.waiter.fail(RedisError.timedOut(abandoned.outcome))
            // No reply will come for it that would end its lease.
            if !abandoned.mayBeExecuted { release() }
        }
        if isDead {
            close { .connectionLost(reason: "the server was silent for twice the command timeout", $0) }
        } else if next != .distantFuture {
            reactor.schedule(token: token, at: next)
        }
    }
}
