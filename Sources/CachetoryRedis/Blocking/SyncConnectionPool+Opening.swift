import CachetoryLocking
import CachetorySmallFoundation

extension SyncConnectionPool {
    private enum Turn {
        case now
        case later(Timestamp, lastError: RedisCallError?)
        case never(RedisCallError)
    }

    /// Connects on the caller's thread, if it is time for an attempt, or else waits until it is.
    ///
    /// - Returns: nil if there may be another connection by now, or another attempt.
    func open(until deadline: Timestamp) throws(RedisCallError) -> SyncLease? {
        let now = Timestamp.now
        let turn = state.withLock { state -> Turn in
            if state.isClosed { return .never(.closed) }
            if let retirement = state.retirement { return .never(retirement) }
            if let error = state.breaker.reject(
                at: now, isConnected: state.connected > 0, isOpening: state.opening > 0)
            {
                return .never(error)
            }
            if state.breaker.retryAt > now {
                return .later(state.breaker.retryAt, lastError: state.breaker.lastError)
            }
            state.opening += 1
            return .now
        }
        switch turn {
        case .never(let error):
            probe()
            throw error
        case .later(let retryAt, let lastError):
            pause(until: min(retryAt, deadline))
            if retryAt >= deadline { throw lastError ?? .timedOut(.notExecuted) }
            return nil
        case .now: break
        }
        do throws(RedisCallError) {
            let lease = try connectInTurn(until: deadline)
            state.withLock { $0.connected += 1 }
            return lease
        } catch {
            let isFinal = state.withLock { state in
                state.breaker.retryAt >= deadline
                    || state.breaker.failure(isConnected: state.connected > 0) != nil
            }
            probe()
            if isFinal || deadline <= .now { throw error }
            return nil
        }
    }

    /// Makes an attempt that counts as under way, with no more others of the cluster at the same time than there may be.
    private func connectInTurn(until deadline: Timestamp) throws(RedisCallError) -> SyncLease {
        guard let limit = cluster?.connectLimit else { return try connect(until: deadline) }
        guard let place = limit.wait(until: deadline) else {
            // Says nothing about the server, as nobody has asked it.
            state.withLock { $0.opening -= 1 }
            throw .connectFailed(
                address: "\(configuration.address)", reason: "too many other connections were being made")
        }
        defer { limit.release(place) }
        return try connect(until: deadline)
    }

    private func connect(until deadline: Timestamp) throws(RedisCallError) -> SyncLease {
        let now = Timestamp.now
        do throws(RedisCallError) {
            var connection = try BlockingConnection.open(configuration, tls: tls, peer: peer, until: deadline)
            try connection.waitInReads(atMost: configuration.commandTimeout)
            let lease = SyncLease(connection, retiresAt: maintenance.retirement(at: .now))
            state.withLock { state in
                state.opening -= 1
                state.breaker.succeed()
            }
            cluster?.health.connectEnded(nil)
            return lease
        } catch {
            cluster?.health.connectEnded(error)
            throw state.withLock { state in
                state.opening -= 1
                // An attempt that the caller's deadline cut short knows less than the one before it.
                let isCutShort = deadline <= .now && deadline < now + configuration.connectTimeout
                let reason = isCutShort ? state.breaker.lastError ?? error : error
                _ = state.breaker.fail(reason, begun: now, at: .now)
                return reason
            }
        }
    }

    /// This is blocking code on the user's own thread, so it may sleep.
    private func pause(until moment: Timestamp) {
        blockThread(for: .nanoseconds(moment - .now))
    }
}

// MARK: - While callers fail at once

extension SyncConnectionPool {
    /// Has a thread try again and again, if callers do not, until there is a connection or nobody asks for one any more.
    private func probe() {
        let starts = state.withLock { state in
            guard !state.isProbing, isProbeNeeded(state, at: .now) else { return false }
            state.isProbing = true
            return true
        }
        guard starts else { return }
        do {
            // The pool may be let go of meanwhile, unless it is just connecting.
            try JoinableThread.startDetached { [weak self] in
                while let next = self?.probeOnce() {
                    blockThread(for: .nanoseconds(next - .now))
                }
            }
        } catch {
            // The system has no thread left. The next caller tries again.
            state.withLock { $0.isProbing = false }
        }
    }

    private func isProbeNeeded(_ state: State, at now: Timestamp) -> Bool {
        !state.isClosed && state.connected == 0 && state.breaker.probes(at: now)
    }

    /// - Returns: when to come back; nil when it is over.
    private func probeOnce() -> Timestamp? {
        let now = Timestamp.now
        let next = state.withLock { state -> Timestamp? in
            guard isProbeNeeded(state, at: now) else {
                state.isProbing = false
                return nil
            }
            if state.breaker.retryAt <= now { state.opening += 1 }
            return state.breaker.retryAt
        }
        guard let next, next <= now else { return next }
        // Without a permit, for which those who close the pool would wait.
        if let lease = try? connectInTurn(until: now + connectTime) { keep(lease) }
        return .now
    }

    /// Keeps a connection for the next caller, unless callers have opened as many as there may be.
    private func keep(_ lease: SyncLease) {
        state.withLock { state in
            guard !state.isClosed, state.connected + state.opening < configuration.pool.maxConnections else { return }
            state.connected += 1
            state.idle.append(lease)
        }
    }
}
