import CachetoryLocking
import Synchronization

// Who gets which connection, and when.
extension ConnectionPool {
    /// A connection to use. Its load counts the caller already, until the call or the lease is over.
    ///
    /// - Parameters:
    ///   - weight: that of the request which needs it.
    ///   - deadline: that of the command which needs it. The wait ends then, or after the acquire timeout.
    nonisolated func lease(
        _ kind: PoolState<Connection>.Kind, _ weight: RequestWeight = .none, until deadline: Timestamp = .distantFuture
    ) async throws -> Connection {
        switch update({ takeOrQueue(kind, weight, deadline, &$0, &$1) }) {
        case .taken(let connection): return connection
        case .queued(let waiter): return try await waiter.value()
        case .refused(let error): throw error
        }
    }

    /// A connection to share where that takes no more than a look: nobody waits for one and none has to be opened.
    nonisolated func tryTake(at now: Timestamp, _ weight: RequestWeight) -> Connection? {
        state.withLock { state in
            // In the lock, so that the draining, which begins with this set, sees the lease.
            guard !hasWaiters, queued.hasRoom,
                let connection = state.connections.tryTake(at: now, weight)
            else { return nil }
            connection.retainLease(weight)
            return connection
        }
    }

    private enum Answer {
        case taken(Connection)
        case queued(Waiter<Connection>)
        case refused(RedisCallError)
    }

    private nonisolated func takeOrQueue(
        _ kind: PoolState<Connection>.Kind, _ weight: RequestWeight, _ deadline: Timestamp, _ state: inout State,
        _ actions: inout Actions
    ) -> Answer {
        guard case .open = state.phase else { return .refused(.closed) }
        // Nobody overtakes those who wait, but for an exclusive caller: a connection is getting idle for that one.
        let overtakes = kind == .shared ? state.queue.first(.shared) != nil : state.queue.first() != nil
        if !overtakes, let connection = take(kind, weight, &state, &actions) { return .taken(connection) }
        return enqueue(kind, weight, deadline, &state, &actions)
    }

    private nonisolated func take(
        _ kind: PoolState<Connection>.Kind, _ weight: RequestWeight, _ state: inout State, _ actions: inout Actions
    ) -> Connection? {
        let now = Timestamp.now
        // A connection to itself is one with nothing to send.
        guard kind == .exclusive || queued.hasRoom,
            let connection = state.connections.take(
                kind, weight, at: now, waitsForOpening: state.breaker.lastError == nil)
        else { return nil }
        connection.retainLease(weight)
        // There are others to use: there is no hurry, where an attempt has failed.
        if state.connections.shouldOpen(waiting: 0), state.breaker.retryAt <= now { open(&state, &actions) }
        return connection
    }

    private nonisolated func enqueue(
        _ kind: PoolState<Connection>.Kind, _ weight: RequestWeight, _ commandDeadline: Timestamp,
        _ state: inout State, _ actions: inout Actions
    ) -> Answer {
        if let retirement = state.retirement { return .refused(retirement) }
        let now = Timestamp.now
        let isEmpty = state.connections.isEmpty
        let isOpening = state.connections.opening > 0
        if let error = state.breaker.reject(at: now, isConnected: !isEmpty, isOpening: isOpening) {
            openForWaiting(&state, &actions)
            return .refused(error)
        }
        // The first connection may take its time, whatever the limit for a pool that is busy.
        let pool = configuration.pool
        let limit = now + (isEmpty ? max(pool.acquireTimeout, configuration.connectTimeout) : pool.acquireTimeout)
        let deadline = min(limit, commandDeadline)
        let waiter = Waiter<Connection>()
        state.queue.append(
            waiter, kind, weight, deadline: deadline, isCommandDeadline: commandDeadline < limit)
        // Set before the connections are looked at once more: a reply that comes now either is seen there or sees this.
        isAwaited.store(true, ordering: .sequentiallyConsistent)
        actions.setTimer(at: deadline)
        serve(&state, &actions)
        return .queued(waiter)
    }

    /// Gives connections to those who wait, in their order, as far as there are any.
    nonisolated func serve(_ state: inout State, _ actions: inout Actions) {
        finishDrainingIfIdle(&state, &actions)
        guard case .open = state.phase else { return }
        while let grant = takeForNext(&state, &actions) {
            state.queue.removeFirst(grant.entry.kind)
            actions.grants.append(grant)
        }
        if state.queue.first() == nil { isAwaited.store(false, ordering: .sequentiallyConsistent) }
        // Before the next look: what is to be replaced takes a place that those who wait could have.
        closeRetired(&state, &actions)
        // More connections are of no use to those who wait for room.
        if queued.hasRoom { openForWaiting(&state, &actions) }
    }

    /// A connection for the one who came first. While one gets idle for an exclusive caller, the others are shared on.
    private nonisolated func takeForNext(
        _ state: inout State, _ actions: inout Actions
    ) -> (entry: LeaseQueue<Connection>.Entry, connection: Connection)? {
        let first = state.queue.first()
        if first?.kind != .exclusive { state.connections.drainForExclusive(false) }
        guard let first else { return nil }
        if let connection = take(first.kind, first.weight, &state, &actions) { return (first, connection) }
        guard first.kind == .exclusive else { return nil }
        state.connections.drainForExclusive(true)
        guard let next = state.queue.first(.shared), let connection = take(.shared, next.weight, &state, &actions)
        else {
            return nil
        }
        return (next, connection)
    }

    /// An exclusive lease is over.
    nonisolated func endExclusiveLease(_ connection: Connection) {
        connection.dropLease()
        update { state, actions in
            state.connections.giveBack(connection)
            serve(&state, &actions)
            maintainConnections(&state, &actions)
        }
    }

    /// Why somebody was not served for so long.
    nonisolated func failure(of entry: LeaseQueue<Connection>.Entry, _ state: borrowing State) -> RedisCallError {
        if state.connections.isEmpty {
            let stillTrying = peer.delay.map(Handshake.reason) ?? "no answer from there so far"
            return state.breaker.lastError
                ?? .connectFailed(address: "\(configuration.address)", reason: stillTrying)
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
        update { serve(&$0, &$1) }
    }

    package nonisolated func connectionClosed(_ connection: Connection) {
        let isLost = update { state, actions in
            let wasMember = state.connections.remove(connection)
            let isLost = if case .open = state.phase { wasMember } else { false }
            serve(&state, &actions)
            maintainConnections(&state, &actions)
            return isLost
        }
        if isLost { cluster?.health.connectionLost() }
    }
}
