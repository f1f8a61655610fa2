import CachetoryLocking
import Synchronization

// The end of a pool.
extension ConnectionPool {
    /// How long ``close()`` waits for commands in flight.
    private static let drainLimit = Duration.seconds(5)

    /// Lets commands in flight finish that somebody waits for, for five seconds at most, and closes all connections. Calls from now on fail with
    /// ``RedisCallError/closed``. Closing twice does no harm: each caller returns when all is closed.
    public nonisolated func close() async {
        await withCheckedContinuation { continuation in
            let isClosed = update { state, actions in
                if case .closed = state.phase { return true }
                state.closers.append(continuation)
                if case .open = state.phase { startDraining(&state, &actions) }
                return false
            }
            if isClosed { continuation.resume() }
        }
    }

    /// The same without waiting for it.
    nonisolated func startClosing() {
        update { state, actions in
            if case .open = state.phase { startDraining(&state, &actions) }
        }
    }

    private nonisolated func startDraining(_ state: inout State, _ actions: inout Actions) {
        actions.failures += state.queue.takeAll().map { ($0.waiter, .closed) }
        let limit = Timestamp.now + Self.drainLimit
        state.phase = .draining(until: limit)
        // Set before the connections are looked at: a reply that comes now either is seen there or sees this.
        isAwaited.store(true, ordering: .sequentiallyConsistent)
        actions.setTimer(at: limit)
        finishDrainingIfIdle(&state, &actions)
    }

    nonisolated func finishDrainingIfIdle(_ state: inout State, _ actions: inout Actions) {
        guard case .draining = state.phase else { return }
        // Nobody waits for the reply to a health check.
        for connection in state.connections.members where connection.isInUse {
            guard state.checked.contains(ObjectIdentifier(connection)) else { return }
        }
        finishDraining(&state, &actions)
    }

    nonisolated func finishDraining(_ state: inout State, _ actions: inout Actions) {
        state.phase = .closing
        actions.isDrained = true
    }

    /// Closes the connections, and ends the reactor's thread, on which this may run.
    nonisolated func finishClosing() {
        for connection in members { connection.close(RedisCallError.poolClosed) }
        timer.cancel()
        if cluster != nil { return tellClosers() }
        do {
            try Self.onOwnThread { [self] in
                reactor.stopAndJoin()
                tellClosers()
            }
        } catch {
            // The system has no thread left to wait with; the reactor ends by itself.
            reactor.stop()
            tellClosers()
        }
    }

    private nonisolated func tellClosers() {
        let closers = state.withLock { state in
            state.phase = .closed
            defer { state.closers = [] }
            return state.closers
        }
        for closer in closers { closer.resume() }
    }
}
