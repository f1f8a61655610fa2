import CachetoryLocking

extension SyncConnectionPool {
    /// Fails as a call would that has something to send.
    package func checkOpen() throws(RedisCallError) {
        if state.withLock({ $0.isClosed }) { throw .closed }
    }
}
