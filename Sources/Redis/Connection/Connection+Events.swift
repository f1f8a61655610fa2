import Locking
import RESP
import Synchronization

// On the reactor's thread.
extension Connection: ReactorHandler {
    package func becameReady(for readiness: Readiness) {
        if readiness.contains(.readable) { read() }
        if readiness.contains(.writable) { resumeWriting() }
    }

    /// So few requests are held back until they can go out together, and then nobody has anything to do until their replies
    /// come. With more in flight the processor is better used by the callers.
    private static let fewInFlight = Exchange<Waiter<RESPValue>>.holdCount

    package func turnEnded() {
        endsTurn = false
        let (writes, answersQuickly) = shared.withLock { shared in
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
        let (expired, next, isDead) = shared.withLock { shared in
            let expired = shared.exchange.expire(at: now)
            let end = shared.exchange.overdueSince.map { $0 + patience } ?? .distantFuture
            shared.timer = min(shared.exchange.nextDeadline, end)
            if shared.exchange.overdueSince != nil { answers.store(false, ordering: .relaxed) }
            return (expired, shared.timer, end <= now)
        }
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

    private func read() {
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
        do {
            if !inbox.isEmpty { try deliver() }
        } catch {
            failure = { .protocolViolation(reason: "a reply to no command", $0) }
        }
        if let failure { close(failure) }
    }

    /// Hands the replies that have arrived to their waiters, after the writing of what gathered until they came.
    private func deliver() throws(UnsolicitedReply) {
        let now = Timestamp.now
        var writes = false
        var endsSilence = false
        var answersQuickly = false
        var unsolicited: UnsolicitedReply?
        shared.withLock { shared in
            answersQuickly = shared.exchange.inFlight <= Self.fewInFlight && shared.exchange.isPeerNearby
            let wasSilent = shared.exchange.overdueSince != nil
            do throws(UnsolicitedReply) { try inbox.match(with: &shared.exchange) } catch { unsolicited = error }
            shared.exchange.finishReceiving(at: now)
            if wasSilent, shared.exchange.overdueSince == nil {
                answers.store(true, ordering: .relaxed)
                endsSilence = true
            }
            if unsolicited == nil, shared.exchange.mayWrite {
                shared.exchange.startWriting(&unsent, at: now)
                writes = true
            }
        }
        if writes { write() }
        if answersQuickly { reactor.linger() }
        // Before the waiters go on, so that their next calls find the connection as free as it is.
        leases.subtract(inbox.answeredCount, ordering: .sequentiallyConsistent)
        inbox.deliver()
        if let owner, endsSilence || owner.hasWaiters { owner.connectionFreed() }
        if let unsolicited { throw unsolicited }
    }
}
