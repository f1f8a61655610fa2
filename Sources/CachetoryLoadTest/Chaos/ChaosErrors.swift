import CachetoryRESP
import CachetoryRedis

/// Which errors calls may have in a run with --chaos.
enum ChaosErrors {
    /// Whether chaos explains an error: it says that the server was away, silent or refusing.
    static func explain(_ error: any Error) -> Bool {
        switch error as? RedisCallError {
        case .timedOut, .connectionLost, .connectFailed, .handshakeRefused: true
        // A cluster without one of its primaries refuses everything.
        case .server(let error): ["OOM", "LOADING", "CLUSTERDOWN"].contains(error.code)
        case .cluster(let error): explainCluster(error)
        default: false
        }
    }

    private static func explainCluster(_ error: RedisClusterError) -> Bool {
        switch error.reason {
        case .nodesFailed, .noNodeAnswered: error.failures.allSatisfy { explain($0.reason) }
        case .slotNotServed: true
        case .crossSlot, .needsOneNode, .clusterDisabled: false
        }
    }
}
