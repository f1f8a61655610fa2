/// How a pool looks after the connections that nobody uses at the moment.
package struct MaintenancePolicy: Sendable {
    /// Kept open even when idle.
    package let minConnections: Int

    /// How long one beyond these may be idle.
    package let idleTimeout: Duration?

    /// How old one may get, more or less: see ``retirement(at:)``.
    private let maxLifetime: Duration?

    /// How long one may have been silent before it has to answer a `PING`.
    package let checkInterval: Duration?

    /// Between two attempts to have as many connections as there should be at least, while nobody waits for one.
    package static let refillPause = Duration.seconds(1)

    /// What a health check gets where commands have no timeout.
    package static let checkTimeout = Duration.seconds(5)

    package init(_ configuration: RedisClientConfiguration) {
        minConnections = configuration.pool.minConnections
        idleTimeout = configuration.pool.idleTimeout
        maxLifetime = configuration.pool.maxLifetime
        checkInterval = configuration.healthCheckInterval
    }

    /// Whether there is anything to look after.
    package var isNeeded: Bool {
        minConnections > 0 || idleTimeout != nil || maxLifetime != nil || checkInterval != nil
    }

    /// How long to wait between visits, where there is no event to come back at; nil if none is needed. A limit is kept
    /// within a quarter of itself.
    package var pause: Duration? {
        let limits = [idleTimeout, maxLifetime].compactMap { $0 } + (minConnections > 0 ? [Self.refillPause * 4] : [])
        return limits.min().map { max($0 / 4, .milliseconds(1)) }
    }

    /// When a connection that opens now is to be replaced: after nine tenths of the maximum lifetime or a little later, by
    /// chance, so that those which were opened together are not all replaced together.
    package func retirement(at now: Timestamp) -> Timestamp {
        now + maxLifetime.map { $0 * Double.random(in: 0.9...1) }
    }
}
