import CachetoryLocking

extension ConnectionPool {
    /// Fails as a call would that has something to send.
    package nonisolated func checkOpen() throws(RedisCallError) {
        let isOpen = state.withLock { state in
            if case .open = state.phase { true } else { false }
        }
        if !isOpen { throw .closed }
    }
}
