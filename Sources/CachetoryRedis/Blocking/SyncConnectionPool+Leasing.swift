import CachetoryLocking
import Dispatch

extension SyncConnectionPool {
    /// What a caller gets together with a permit.
    struct Grant {
        /// The newest idle connection, if there is one.
        let idle: SyncLease?
        /// Whether the thread may spin for its replies.
        let maySpin: Bool
    }

    /// A connection for this thread alone, to be given back. In a loop of calls it takes the lock once.
    ///
    /// - Parameters:
    ///   - now: the time; read again if this takes some.
    ///   - trustsIdle: whether a connection that was used shortly before is taken without a look at it.
    ///   - deadline: that of the command which needs it.
    func lease(at now: inout Timestamp, trustsIdle: Bool, until deadline: Timestamp) throws(RedisCallError) -> SyncLease
    {
        let grant = try takePermit(at: &now, until: deadline)
        let lease: SyncLease
        if trustsIdle, let idle = grant.idle, isTrusted(idle, at: now) {
            lease = idle
        } else {
            do throws(RedisCallError) {
                // The first connection may take its time, whatever the limit for a pool that is busy.
                lease = try findUsable(grant.idle, until: min(deadline, .now + connectTime))
            } catch {
                returnPermit()
                throw error
            }
            now = .now
        }
        lease.connection.maySpin = grant.maySpin
        return lease
    }

    /// A connection that is there and in order; nil if the thread would have to wait for one.
    func tryLease(at now: Timestamp) -> SyncLease? {
        let grant = state.withLock { state in !state.idle.isEmpty && state.permits.take() ? state.grant() : nil }
        guard let grant, let lease = grant.idle else { return nil }
        guard isTrusted(lease, at: now) || isInOrder(lease, at: now) else {
            returnPermit { $0.connected -= 1 }
            return nil
        }
        lease.connection.maySpin = grant.maySpin
        return lease
    }

    /// Ends a lease. What is not in step any more is closed, and so is everything once the pool is.
    func giveBack(_ lease: SyncLease) {
        let isClean = lease.isClean
        returnPermit { state in
            if isClean && !state.isClosed { state.idle.append(lease) } else { state.connected -= 1 }
        }
        if !isClean { cluster?.health.connectionLost() }
    }

    func returnPermit(_ update: (inout State) -> Void = { _ in }) {
        let (next, isLast) = state.withLock { state in
            update(&state)
            let next = state.permits.giveBack()
            return (next, state.isClosed && !state.isInUse)
        }
        next?.signal()
        if isLast { drained.signal() }
    }
}

// MARK: - Permits

extension SyncConnectionPool.State {
    /// A permit was just taken: what goes with it. Once the pool is closed there is no idle connection.
    fileprivate mutating func grant() -> SyncConnectionPool.Grant {
        .init(idle: idle.popLast(), maySpin: spinEligibility.add(lent: permits.lent))
    }
}

extension SyncConnectionPool {
    private func takePermit(at now: inout Timestamp, until deadline: Timestamp) throws(RedisCallError) -> Grant {
        if let grant = state.withLock({ $0.permits.take() ? $0.grant() : nil }) { return grant }
        let wait = deadline == .distantFuture ? acquireTime : min(acquireTime, max(0, deadline - .now))
        if wait > 0, let grant = waitForPermit(nanoseconds: wait) {
            now = .now
            return grant
        }
        if wait < acquireTime { throw .timedOut(.notExecuted) }
        throw .poolExhausted(
            maxConnections: configuration.pool.maxConnections, maxInFlight: 1,
            waited: configuration.pool.acquireTimeout)
    }

    /// Waits in line, for so long at most.
    private func waitForPermit(nanoseconds: Int64) -> Grant? {
        let semaphore = DispatchSemaphore(value: 0)
        let granted = state.withLock { state -> Grant? in
            if state.permits.take() { return state.grant() }
            state.permits.join(semaphore)
            return nil
        }
        if let granted { return granted }
        let isInTime = semaphore.wait(timeout: .now() + .nanoseconds(Int(clamping: nanoseconds))) == .success
        return state.withLock { state in
            !isInTime && state.permits.leave(semaphore) ? nil : state.grant()
        }
    }
}

// MARK: - Idle connections

extension SyncConnectionPool {
    /// Whether it may be used without a look at it.
    private func isTrusted(_ lease: SyncLease, at now: Timestamp) -> Bool {
        now < lease.connection.lastUsed + trustedIdleTime && now < lease.retiresAt
    }

    /// Whether it is in order, and needs no health check. That takes a system call.
    private func isInOrder(_ lease: SyncLease, at now: Timestamp) -> Bool {
        now < lease.retiresAt && now < lease.connection.lastUsed + maintenance.checkInterval
            && !lease.connection.isDisturbed()
    }

    /// Whether it is in order. That takes a system call, and a health check if it is time for one.
    private func isUsable(_ lease: SyncLease, until deadline: Timestamp) -> Bool {
        let now = Timestamp.now
        guard now < lease.retiresAt, !lease.connection.isDisturbed() else { return false }
        guard lease.connection.lastUsed + maintenance.checkInterval <= now else { return true }
        // Not all the time there is: another connection shall still be able to serve the caller.
        return lease.answers(until: now + .nanoseconds((deadline - now) / 2))
    }

    /// The first idle connection that is in order, or a new one.
    private func findUsable(_ newest: SyncLease?, until deadline: Timestamp) throws(RedisCallError) -> SyncLease {
        var idle = newest
        while true {
            if let lease = idle {
                if isUsable(lease, until: deadline) { return lease }
                idle = takeIdle(inPlaceOfBroken: true)
            } else {
                if let opened = try open(until: deadline) { return opened }
                idle = takeIdle(inPlaceOfBroken: false)
            }
        }
    }

    private func takeIdle(inPlaceOfBroken hasBroken: Bool) -> SyncLease? {
        state.withLock { state in
            if hasBroken { state.connected -= 1 }
            return state.idle.popLast()
        }
    }
}
