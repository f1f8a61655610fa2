import CachetoryLocking

/// What the nodes and the connections of a cluster ask of its monitor, without keeping it alive: it keeps them.
final class MonitorReference: Sendable {
    private struct State {
        weak var monitor: ClusterMonitor?
    }

    private let state = Lock(State())

    func set(_ monitor: ClusterMonitor) {
        state.withLock { $0.monitor = monitor }
    }

    /// See ``ClusterMonitor/requestRefresh(because:)``.
    func requestRefresh(because failed: RedisClientConfiguration.Address) {
        monitor?.requestRefresh(because: failed)
    }

    /// See ``ClusterMonitor/noteDeadline(_:)``.
    func noteDeadline(_ deadline: Timestamp) {
        _ = monitor?.noteDeadline(deadline)
    }

    private var monitor: ClusterMonitor? { state.withLock { $0.monitor } }
}
