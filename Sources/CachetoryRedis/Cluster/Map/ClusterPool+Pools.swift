import CachetoryLocking

extension ConnectionPool: ClusterPool {
    package nonisolated func retire(_ error: RedisCallError?) {
        update { state, actions in
            state.retirement = error
            guard let error else { return }
            actions.failures += state.queue.takeAll().map { ($0.waiter, error) }
        }
    }

    package nonisolated func closeInBackground() {
        startClosing()
    }
}

extension SyncConnectionPool: ClusterPool {
    package func retire(_ error: RedisCallError?) {
        state.withLock { $0.retirement = error }
    }

    package func closeInBackground() {
        // Where the system has no thread left, what is in flight now ends the connections, once nobody holds the pool.
        try? JoinableThread.startDetached { self.close() }
    }
}
