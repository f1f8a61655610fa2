import Locking
import Synchronization

// Who gets which connection, and when.
extension ConnectionPool {
    /// A connection to use. Its load counts the caller already, until the call or the lease is over.
    ///
    /// - Parameter deadline: that of the command which needs it. The wait ends then, or after the acquire timeout.
    nonisolated func lease(
        _ kind: PoolState<Connection>.Kind, until deadline: Timestamp = .distantFuture
    ) async throws -> Connection {
        switch try await takeOrQueue(kind, deadline) {
        case .taken(let connection): return connection
        case .queued(let waiter): return try await waiter.value()
        }
    }

    /// A connection to share, without a visit of the actor: where nobody waits for one and none has to be opened.
    nonisolated func takeInPassing(at now: Timestamp) -> Connection? {
        state.withLock { state in
            // In the lock, so that the draining, which begins with this set, sees the lease.
            guard !hasWaiters, let connection = state.takeInPassing(at: now) else { return nil }
            connection.retainLease()
            return connection
        }
    }

    private enum Answer {
        case taken(Connection)
        case queued(Waiter<Connection>)
    }

    private func takeOrQueue(
        _ kind: PoolState<Connection>.Kind, _ deadline: Timestamp
    ) throws(RedisError) -> Answer {
        guard case .open = phase else { throw .closed }
        // Nobody overtakes those who wait, but for an exclusive caller: a connection is getting idle for that one.
        let overtakes = kind == .shared ? queue.first(.shared) != nil : queue.first() != nil
        if !overtakes, let connection = take(kind) { return .taken(connection) }
        return .queued(try enqueue(kind, deadline))
    }

    private func take(_ kind: PoolState<Connection>.Kind) -> Connection? {
        let (connection, opens) = state.withLock { state in
            let connection = state.take(kind, at: .now)
            connection?.retainLease()
            return (connection, connection != nil && state.shouldOpen(waiting: 0))
        }
        // There are others to use: there is no hurry, where an attempt has failed.
        if opens, recovery.retryAt <= .now { open() }
        return connection
    }

    private func enqueue(
        _ kind: PoolState<Connection>.Kind, _ commandDeadline: Timestamp
    ) throws(RedisError) -> Waiter<Connection> {
        let now = Timestamp.now
        let (isEmpty, isOpening) = state.withLock { ($0.isEmpty, $0.opening > 0) }
        // The one who comes when it is time for another attempt waits for that.
        if let error = recovery.failure(at: now, isConnected: !isEmpty), recovery.retryAt > now || isOpening {
            throw error
        }
        // The first connection may take its time, whatever the limit for a pool that is busy.
        let pool = configuration.pool
        let limit = now + (isEmpty ? max(pool.acquireTimeout, configuration.connectTimeout) : pool.acquireTimeout)
        let deadline = min(limit, commandDeadline)
        let waiter = Waiter<Connection>()
        queue.append(waiter, kind, deadline: deadline, isCommandDeadline: commandDeadline < limit)
        // Set before the connections are looked at once more: a reply that comes now either is seen there or sees this.
        isAwaited.store(true, ordering: .sequentiallyConsistent)
        setAlarm(at: deadline)
        serve()
        return waiter
    }

    /// Gives connections to those who wait, in their order, as far as there are any.
    func serve() {
        isServing.store(false, ordering: .sequentiallyConsistent)
        finishDrainingIfIdle()
        guard case .open = phase else { return }
        while let (entry, connection) = takeForNext() {
            queue.removeFirst(entry.kind)
            if !entry.waiter.succeed(connection) { giveBack(connection, entry.kind) }
        }
        let isWaiting = queue.first() != nil
        if !isWaiting { isAwaited.store(false, ordering: .sequentiallyConsistent) }
        // Before the next look: what is to be replaced takes a place that those who wait could have.
        closeRetired()
        if isWaiting { openForWaiting() }
    }

    /// A connection for the one who came first. While one gets idle for an exclusive caller, the others are shared on.
    private func takeForNext() -> (LeaseQueue<Connection>.Entry, Connection)? {
        let first = queue.first()
        if first?.kind != .exclusive { state.withLock { $0.drainForExclusive(false) } }
        guard let first else { return nil }
        if let connection = take(first.kind) { return (first, connection) }
        guard first.kind == .exclusive else { return nil }
        state.withLock { $0.drainForExclusive(true) }
        guard let next = queue.first(.shared), let connection = take(.shared) else { return nil }
        return (next, connection)
    }

    private func giveBack(_ connection: Connection, _ kind: PoolState<Connection>.Kind) {
        if kind == .exclusive { state.withLock { $0.giveBack(connection) } }
        connection.release()
    }

    /// An exclusive lease is over.
    func endExclusiveLease(_ connection: Connection) {
        giveBack(connection, .exclusive)
        lookAfterConnections()
    }

    /// Why somebody was not served for so long.
    func failure(of entry: LeaseQueue<Connection>.Entry) -> RedisError {
        if members.isEmpty {
            let stillTrying = "no answer from there so far"
            return recovery.lastError ?? .connectFailed(address: "\(configuration.address)", reason: stillTrying)
        }
        if entry.isCommandDeadline { return .timedOut(.notExecuted) }
        let pool = configuration.pool
        return .poolExhausted(
            maxConnections: pool.maxConnections, maxInFlight: pool.maxInFlight, waited: pool.acquireTimeout)
    }
}

// MARK: - What connections tell, from any thread

extension ConnectionPool: ConnectionOwner {
    package nonisolated var hasWaiters: Bool { isAwaited.load(ordering: .sequentiallyConsistent) }

    package nonisolated func connectionFreed() {
        if isServing.exchange(true, ordering: .sequentiallyConsistent) { return }
        Task { await serve() }
    }

    package nonisolated func connectionClosed(_ connection: Connection) {
        Task { await removed(connection) }
    }
}
