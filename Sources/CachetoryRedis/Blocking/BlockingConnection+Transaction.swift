import CachetoryRESP

extension BlockingConnection {
    /// Sends a transaction, once the server has accepted an empty one: where it refuses `MULTI`, it would execute the
    /// commands behind it.
    mutating func executeTransaction(_ request: Request, until deadline: Timestamp) throws(RedisCallError) -> RESPReply
    {
        if !session.acceptsTransactions {
            do throws(RedisCallError) {
                let reply = try executeShared(.emptyTransaction, at: .now, until: deadline)
                if !session.acceptsTransactions { return reply }
            } catch {
                throw error.withNothingExecuted
            }
        }
        return try executeShared(request, at: .now, until: deadline)
    }

    /// Sends a request of a shared lease. The connection is of no use any more if that leaves it in doubt.
    mutating func executeShared(
        _ request: Request, at now: Timestamp, until deadline: Timestamp
    ) throws(RedisCallError) -> RESPReply {
        let reply = try execute(request, at: now, until: deadline)
        if RetryPolicy.isFinal(reply, to: request) { return reply }
        noteState(reply, to: request)
        return reply
    }
}
