import Locking
import RESP
import Synchronization

// Connections come, and go.
extension ConnectionPool {
    func open() {
        state.withLock { $0.startOpening() }
        let deadline = Timestamp.now + configuration.connectTimeout
        do {
            try Self.onOwnThread { [self] in
                let result: Result<Connection, RedisError>
                do throws(RedisError) {
                    result = .success(try connect(until: deadline))
                } catch {
                    result = .failure(error)
                }
                Task { await opened(result) }
            }
        } catch {
            let failure = RedisError.connectFailed(address: "\(configuration.address)", reason: error.description)
            Task { opened(.failure(failure)) }
        }
    }

    private nonisolated func connect(until deadline: Timestamp) throws(RedisError) -> Connection {
        let blocking = try BlockingConnection.open(configuration, tls: tls, until: deadline)
        do {
            return try Connection(
                blocking, reactor: reactor, commandTimeout: configuration.commandTimeout, owner: self)
        } catch {
            throw .connectFailed(address: "\(configuration.address)", reason: error.description)
        }
    }

    private func opened(_ result: Result<Connection, RedisError>) {
        switch result {
        case .success(let connection):
            guard case .open = phase else {
                state.withLock { $0.finishOpening(nil) }
                return connection.close(RedisError.poolClosed)
            }
            // It was watched from its beginning, so its end may have been told already.
            if connection.isClosed {
                openingFailed(
                    .connectFailed(address: "\(configuration.address)", reason: "the server closed it at once"))
            } else {
                let retirement = upkeep.retirement(at: .now)
                state.withLock { $0.finishOpening(connection, retiresAt: retirement) }
                recovery.succeed()
            }
        case .failure(let error):
            openingFailed(error)
        }
        serve()
        lookAfterConnections()
    }

    private func openingFailed(_ error: RedisError) {
        state.withLock { $0.finishOpening(nil) }
        setAlarm(at: recovery.fail(error, at: .now))
        guard recovery.failure(at: .now, isConnected: !members.isEmpty) != nil else { return }
        for entry in queue.takeAll() { entry.waiter.fail(error) }
    }

    /// Opens a connection for those who wait if it is time for another attempt, and sees to it that it will be otherwise.
    func openForWaiting() {
        let count = waiterCount
        guard state.withLock({ $0.shouldOpen(waiting: count) }) else { return }
        let retry = recovery.retryAt
        if retry > .now { setAlarm(at: retry) } else { open() }
    }

    func removed(_ connection: Connection) {
        state.withLock { $0.remove(connection) }
        serve()
        lookAfterConnections()
    }
}

// MARK: - Upkeep

extension ConnectionPool {
    /// Closes, checks and opens connections as far as it is time for that, and comes back when it is again.
    func lookAfterConnections() {
        guard upkeep.isNeeded, case .open = phase else { return }
        let now = Timestamp.now
        let due = state.withLock { $0.upkeep(upkeep, at: now) }
        for connection in due.checks { check(connection) }
        setAlarm(at: due.next)
        closeRetired()
        if state.withLock({ $0.isBelow(upkeep.minConnections) }) {
            if recovery.retryAt <= now { open() }
            // Nobody waits for it, so there is no hurry if that fails.
            setAlarm(at: now + UpkeepPolicy.refillPause)
        }
    }

    /// Pings an idle connection, which nobody gets before it has answered.
    private func check(_ connection: Connection) {
        let idleSince = state.withLock { $0.idleSince(connection) }
        connection.retainLease()  // the call's
        connection.retainLease()  // the check's own, over once the connection is given back
        Task {
            do {
                let now = Timestamp.now
                let deadline = now + (configuration.commandTimeout ?? UpkeepPolicy.checkTimeout)
                _ = try await connection.execute(Request(["PING"]), at: now, until: deadline)
                state.withLock { $0.noteCheck(of: connection, idleSince: idleSince) }
            } catch {
                connection.close { .connectionLost(reason: "it did not answer a health check", $0) }
            }
            endExclusiveLease(connection)
        }
    }

    /// Closes what is to be replaced and has nothing in flight any more.
    func closeRetired() {
        guard state.withLock({ $0.hasRetiring }) else { return }
        // Set before they are looked at: a reply that comes now either is seen here or sees this.
        isAwaited.store(true, ordering: .sequentiallyConsistent)
        for connection in state.withLock({ $0.removeRetired() }) {
            connection.close { .connectionLost(reason: "it was idle for too long, or too old", $0) }
        }
    }
}
