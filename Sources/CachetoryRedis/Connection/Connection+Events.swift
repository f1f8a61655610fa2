import CachetoryLocking
import CachetoryRESP
import Synchronization

// On the reactor's thread.
extension Connection: ReactorHandler {
    package func becameReady(for readiness: Readiness) {
        if readiness.contains(.readable) { perform(shared.withLock { $0.pacing.becameReadable() }) }
        if readiness.contains(.writable) { resumeWriting(heldUp: false) }
    }

    package func iterationEnded() {
        perform(shared.withLock { shared in take(for: shared.pacing.iterationEnded(), &shared, at: .now) })
    }

    package func reactorEnded() {
        close { .connectionLost(reason: "nobody reads its replies any more", $0) }
    }

    package func timerFired(at now: Timestamp) {
        perform(
            shared.withLock { shared in
                let requests = shared.exchange.lastNumber
                return shared.pacing.timerFired(at: now, requests: requests, isDeadline: shared.timer <= now)
            })
        var expired: [Exchange<Waiter<RESPReply>>.Abandoned] = []
        var isDead = false
        let (writes, next) = shared.withLock { shared in
            if shared.timer <= now { isDead = expire(&shared, &expired, at: now) }
            // What was corked for a task that is starved.
            return (!isDead && takeUnlessHeld(&shared), min(shared.timer, shared.pacing.nextTimer(after: now)))
        }
        for abandoned in expired {
            abandoned.waiter.fail(RedisCallError.timedOut(abandoned.outcome))
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

    /// - Returns: whether the server was silent for so long that it is given up.
    private func expire(
        _ shared: inout Shared, _ expired: inout [Exchange<Waiter<RESPReply>>.Abandoned], at now: Timestamp
    ) -> Bool {
        expired = shared.exchange.expire(at: now)
        if largeBytes > 0 || shared.queuedBytes > 0 || shared.largeReplies > 0 { noteLargeBytes(of: &shared) }
        var end = Timestamp.distantFuture
        if let overdueSince = shared.exchange.overdueSince {
            answers.store(false, ordering: .relaxed)
            end = overdueSince + commandTimeout
        }
        shared.timer = min(shared.exchange.nextDeadline, end)
        return end <= now
    }
}
