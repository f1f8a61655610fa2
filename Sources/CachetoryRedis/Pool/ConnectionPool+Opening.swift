import CachetoryLocking
import CachetoryRESP
import Synchronization

// Connections come, and go.
extension ConnectionPool {
    /// Has another connection opened, unless the threads of earlier attempts hang.
    nonisolated func open(_ state: inout State, _ actions: inout Actions) {
        let now = Timestamp.now
        state.connections.startOpening()
        guard state.attempts.mayStart else {
            let reason =
                "\(state.attempts.stuck) earlier attempts hang beyond their deadline; "
                + "does the code that provides the credentials wait for something?"
            let error = RedisCallError.connectFailed(address: "\(configuration.address)", reason: reason)
            return openingFailed(error, begun: now, &state, &actions)
        }
        let attempt = state.attempts.start(at: now, within: configuration.connectTimeout)
        actions.attempts.append(attempt)
        actions.setTimer(at: attempt.end)
    }

    /// On a thread of its own, as it blocks. The pool may be let go of meanwhile.
    nonisolated func start(_ attempt: ConnectAttempts.Attempt) {
        guard let limit = cluster?.connectLimit else { return startNow(attempt) {} }
        limit.whenFree { [weak self] place in
            guard let self else { return false }
            startNow(attempt) { limit.release(place) }
            return true
        }
    }

    /// - Parameter finish: called when nothing is done for it any more.
    private nonisolated func startNow(
        _ attempt: ConnectAttempts.Attempt, finish: @escaping @Sendable () -> Void
    ) {
        do {
            try Self.onOwnThread { [weak self, configuration, tls, peer] in
                defer { finish() }
                do throws(RedisCallError) {
                    let connection = try BlockingConnection.open(
                        configuration, tls: tls, peer: peer, until: attempt.deadline)
                    self?.opened(attempt, connection)
                } catch {
                    self?.ended(attempt, .failure(error))
                }
            }
        } catch {
            finish()
            ended(attempt, .failure(connectFailed(error.description)))
        }
    }

    private nonisolated func opened(_ attempt: ConnectAttempts.Attempt, _ blocking: consuming BlockingConnection) {
        do {
            let connection = try Connection(
                blocking, reactor: reactor, commandTimeout: configuration.commandTimeout, queued: queued,
                replySizes: replySizes, owner: self)
            ended(attempt, .success(connection))
        } catch {
            ended(attempt, .failure(connectFailed(error.description)))
        }
    }

    private nonisolated func ended(_ attempt: ConnectAttempts.Attempt, _ result: Result<Connection, RedisCallError>) {
        update { state, actions in
            let counts = state.attempts.finish(attempt)
            switch result {
            case .success(let connection): opened(connection, counts: counts, &state, &actions)
            case .failure(let error):
                if counts { openingFailed(error, begun: attempt.begun, &state, &actions) }
            }
            serve(&state, &actions)
            maintainConnections(&state, &actions)
        }
        cluster?.health.connectEnded(result.error)
    }

    /// - Parameter counts: whether the attempt was not given up before.
    private nonisolated func opened(
        _ connection: Connection, counts: Bool, _ state: inout State, _ actions: inout Actions
    ) {
        guard counts, case .open = state.phase else {
            if counts { state.connections.finishOpening(nil) }
            return actions.closings.append((connection, RedisCallError.poolClosed))
        }
        // It was watched from its beginning, so its end may have been told already.
        if connection.isClosed {
            return openingFailed(connectFailed("the server closed it at once"), begun: .now, &state, &actions)
        }
        state.connections.finishOpening(connection, retiresAt: maintenance.retirement(at: .now))
        state.breaker.succeed()
    }

    private nonisolated func openingFailed(
        _ error: RedisCallError, begun: Timestamp, _ state: inout State, _ actions: inout Actions
    ) {
        let now = Timestamp.now
        state.connections.finishOpening(nil)
        actions.setTimer(at: state.breaker.fail(error, begun: begun, at: now))
        guard state.breaker.failure(isConnected: !state.connections.isEmpty) != nil else { return }
        actions.failures += state.queue.takeAll().map { ($0.waiter, error) }
    }

    private nonisolated func connectFailed(_ reason: String) -> RedisCallError {
        .connectFailed(address: "\(configuration.address)", reason: reason)
    }

    /// Opens a connection for those who wait, or to find out whether the server is back, if it is time for another attempt;
    /// and sees to it that it will be otherwise.
    nonisolated func openForWaiting(_ state: inout State, _ actions: inout Actions) {
        let now = Timestamp.now
        var waiting = state.queue.first() == nil ? 0 : state.queue.count
        if waiting == 0, state.connections.isEmpty, state.breaker.probes(at: now) { waiting = 1 }
        guard waiting > 0, state.connections.shouldOpen(waiting: waiting) else { return }
        let retry = state.breaker.retryAt
        if retry > now { actions.setTimer(at: retry) } else { open(&state, &actions) }
    }
}

// MARK: - Maintenance

extension ConnectionPool {
    /// What is due at this time, on the reactor's thread.
    nonisolated func timerFired() {
        update { state, actions in
            let now = Timestamp.now
            if case .draining(let limit) = state.phase {
                // It may have been set for somebody who waited.
                return limit <= now ? finishDraining(&state, &actions) : actions.setTimer(at: limit)
            }
            for attempt in state.attempts.takeOverdue(at: now) {
                let error = connectFailed("no connection in time (socket_connect_timeout)")
                openingFailed(error, begun: attempt.begun, &state, &actions)
            }
            for entry in state.queue.takeExpired(at: now) {
                actions.failures.append((entry.waiter, failure(of: entry, state)))
            }
            actions.setTimer(at: min(state.queue.nextDeadline, state.attempts.nextEnd))
            serve(&state, &actions)
            maintainConnections(&state, &actions)
        }
    }

    /// Closes, checks and opens connections as far as it is time for that, and comes back when it is again.
    nonisolated func maintainConnections(_ state: inout State, _ actions: inout Actions) {
        guard maintenance.isNeeded, case .open = state.phase else { return }
        let now = Timestamp.now
        let due = state.connections.maintenance(maintenance, at: now)
        for connection in due.checks {
            connection.retainLease()  // the call's
            connection.retainLease()  // the check's own, over once the connection is given back
            state.checked.insert(ObjectIdentifier(connection))
            actions.checks.append((connection, state.connections.idleSince(connection)))
        }
        actions.setTimer(at: due.next)
        closeRetired(&state, &actions)
        if state.connections.isBelow(maintenance.minConnections) {
            if state.breaker.retryAt <= now { open(&state, &actions) }
            // Nobody waits for it, so there is no hurry if that fails.
            actions.setTimer(at: now + MaintenancePolicy.refillPause)
        }
    }

    /// Pings an idle connection, which nobody gets before it has answered. The task runs on the reactor's thread.
    nonisolated func check(_ connection: Connection, idleSince: Timestamp) {
        Task(executorPreference: reactor) { [self] in
            do {
                let now = Timestamp.now
                let deadline = now + (configuration.commandTimeout ?? MaintenancePolicy.checkTimeout)
                _ = try await connection.executeShared(Request(["PING"]), weight: .none, at: now, until: deadline)
                state.withLock { $0.connections.noteCheck(of: connection, idleSince: idleSince) }
            } catch {
                connection.close { .connectionLost(reason: "it did not answer a health check", $0) }
            }
            state.withLock { _ = $0.checked.remove(ObjectIdentifier(connection)) }
            endExclusiveLease(connection)
        }
    }

    /// Closes what is to be replaced and has nothing in flight any more.
    nonisolated func closeRetired(_ state: inout State, _ actions: inout Actions) {
        guard state.connections.hasRetiring else { return }
        // Set before they are looked at: a reply that comes now either is seen here or sees this.
        isAwaited.store(true, ordering: .sequentiallyConsistent)
        actions.closings += state.connections.removeRetired().map { connection in
            (connection, { .connectionLost(reason: "it was idle for too long, or too old", $0) })
        }
    }
}
