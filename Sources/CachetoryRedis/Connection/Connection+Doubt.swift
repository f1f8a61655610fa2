import CachetoryLocking
import CachetoryRESP
import Synchronization

// A connection that may have been left in a transaction. See `SharedSession`.
extension Connection {
    /// Sends a request of a shared lease: see ``execute(_:weight:at:until:)``.
    @inline(__always)
    func executeShared(
        _ request: Request, weight: RequestWeight, at now: Timestamp, until deadline: Timestamp
    ) async throws -> RESPReply {
        let reply = try await execute(request, weight: weight, at: now, until: deadline)
        if !RetryPolicy.isFinal(reply, to: request) { doubtIfQueued(reply, to: request) }
        return reply
    }

    @inline(never)
    func doubtIfQueued(_ reply: RESPReply, to request: Request) {
        guard request.isWronglyQueued(reply) else { return }
        shared.withLock { $0.exchange.session.noteUnexplainedQueued() }
        answers.store(false, ordering: .relaxed)
        closeOnceAnswered()
    }

    /// Nobody gets it any more. It is closed with the last reply, as those to the commands under way tell whether they were
    /// executed.
    @inline(never)
    func closeOnceAnswered() {
        let (abandoned, isOver) = shared.withLock { shared in
            let abandoned = shared.exchange.takeAbandonedInDoubt()
            if largeBytes > 0 || shared.queuedBytes > 0 || shared.largeReplies > 0 { noteLargeBytes(of: &shared) }
            return (abandoned, shared.exchange.inFlight == 0)
        }
        leases.subtract(abandoned.count, ordering: .sequentiallyConsistent)
        for abandoned in abandoned { abandoned.waiter.fail(Self.leftInTransaction(abandoned.outcome)) }
        if isOver { close(Self.leftInTransaction) }
    }

    private static func leftInTransaction(_ outcome: RedisCallError.Outcome) -> RedisCallError {
        .connectionLost(reason: "a transaction was left open in it", outcome)
    }
}
