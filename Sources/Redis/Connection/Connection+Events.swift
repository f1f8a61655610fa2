import Locking
import RESP
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

    package func iterationEnded() {
        endsTurn = false
        servesCallersHere = true
        let (writes, answersQuickly) = shared.withLock { shared in
            shared.exchange.awaitsTurn = false
            return (take(&shared), shared.exchange.isPeerNearby)
        }
        if writes { write() }
        // The callers run on this very thread, and have nothing to do but to wait for it.
        if answersQuickly { reactor.spinBeforeParking() }
    }

    package func reactorEnded() {
        close { .connectionLost(reason: "nobody reads its replies any more", $0) }
    }

    package func timerFired(at now: Timestamp) {
        let nextLook = lookAfterReader(at: now)
        var expired: [Exchange<Waiter<RESPValue>>.Abandoned] = []
        var isDead = false
        var writes = false
        let next = shared.withLock { shared in
            if shared.timer <= now {
                expired = shared.exchange.expire(at: now)
                if largeBytes > 0 || shared.queuedBytes > 0 || shared.largeReplies > 0 { noteLargeBytes(of: &shared) }
                let patience = commandTimeout ?? .seconds(Int64.max)
                let end = shared.exchange.overdueSince.map { $0 + patience } ?? .distantFuture
                isDead = end <= now
                shared.timer = min(shared.exchange.nextDeadline, end)
                if shared.exchange.overdueSince != nil { answers.store(false, ordering: .relaxed) }
            }
            giveUpTurn(&shared, at: now)
            // What a task was to write that lost its turn.
            writes = takeUnlessHeld(&shared, at: now)
            return min(shared.timer, nextLook, shared.writingTurn.end)
        }
        for abandoned in expired {
            abandoned.waiter.fail(RedisError.timedOut(abandoned.outcome))
            // No reply will come for it that would end its lease.
            if !abandoned.mayBeExecuted { release() }
        }
        // To those who close the pool, a call that has ended does not count.
        if !expired.isEmpty { tellOwner() }
        if isDead {
            return close { .connectionLost(reason: "the server was silent for twice the command timeout", $0) }
        }
        if writes { write() }
        if next != .distantFuture { reactor.schedule(token: token, at: next) }
    }
}
