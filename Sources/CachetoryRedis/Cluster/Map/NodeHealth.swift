import CachetoryLocking

/// How the connections to a node of a cluster get on with it: told by its pool, on any thread, and kept by both.
package final class NodeHealth: Sendable {
    private let address: RedisClientConfiguration.Address
    private let requestRefresh: @Sendable (_ failed: RedisClientConfiguration.Address) -> Void
    private let outage = Lock(Outage())

    init(
        of address: RedisClientConfiguration.Address,
        requestRefresh: @escaping @Sendable (_ failed: RedisClientConfiguration.Address) -> Void
    ) {
        self.address = address
        self.requestRefresh = requestRefresh
    }

    /// Since when no connection could be made; nil while there is nothing to complain about.
    var failingSince: Timestamp? { outage.withLock { $0.since(at: .now) } }

    /// An attempt to connect has ended.
    ///
    /// - Parameter error: nil if there is a connection.
    func connectEnded(_ error: RedisCallError?) {
        let isFailure = error != nil
        outage.withLock { outage in
            if isFailure { outage.fail(begun: .now, at: .now) } else { outage = Outage() }
        }
        if isFailure { requestRefresh(address) }
    }

    /// A connection broke, or was closed for what came over it.
    func connectionLost() {
        requestRefresh(address)
    }
}
