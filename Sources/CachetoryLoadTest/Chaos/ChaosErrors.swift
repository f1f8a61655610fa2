import CachetoryRESP
import CachetoryRedis

/// Which errors calls may have in a run with --chaos.
enum ChaosErrors {
    /// Whether chaos explains an error: it says that the server was away, silent or refusing.
    static func explain(_ error: any Error) -> Bool {
        switch error as? RedisCallError {
        case .timedOut, .connectionLost, .connectFailed, .handshakeRefused: true
        case .server(let error): ["OOM", "LOADING"].contains(error.code)
        default: false
        }
    }
}
