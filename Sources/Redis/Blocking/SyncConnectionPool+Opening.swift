import Locking
import SmallFoundation

extension SyncConnectionPool {
    /// Connects on the caller's thread, if it is time for an attempt, or else waits until it is.
    ///
    /// - Returns: nil if there may be another connection by now, or another attempt.
    func open(until deadline: Timestamp) throws(RedisError) -> SyncLease? {
        let now = Timestamp.now
        let (failure, retryAt, lastError) = state.withLock { state -> (RedisError?, Timestamp, RedisError?) in
            if state.isClosed { return (.closed, now, nil) }
            let failure = state.recovery.failure(at: now, isConnected: state.connected > 0)
            let retryAt = state.recovery.retryAt
            // The one who comes when it is time for another attempt makes it.
            if let failure, retryAt > now || state.opening > 0 { return (failure, retryAt, nil) }
            if retryAt <= now { state.opening += 1 }
            return (nil, retryAt, state.recovery.lastError)
        }
        if let failure { throw failure }
        if retryAt > now {
            pause(until: min(retryAt, deadline))
            if retryAt >= deadline { throw lastError ?? .timedOut(.notExecuted) }
            return nil
        }
        do throws(RedisError) {
            var connection = try BlockingConnection.open(configuration, tls: tls, until: deadline)
            try connection.waitInReads(atMost: configuration.commandTimeout)
            state.withLock { state in
                state.opening -= 1
                state.connected += 1
                state.recovery.succeed()
            }
            return SyncLease(connection, retiresAt: upkeep.retirement(at: .now))
        } catch {
            let isFinal = state.withLock { state in
                state.opening -= 1
                let retryAt = state.recovery.fail(error, at: .now)
                return retryAt >= deadline
                    || state.recovery.failure(at: .now, isConnected: state.connected > 0) != nil
            }
            if isFinal { throw error }
            return nil
        }
    }

    /// This is blocking code on the user's own thread, so it may sleep.
    private func pause(until moment: Timestamp) {
        blockThread(for: .nanoseconds(moment - .now))
    }
}
