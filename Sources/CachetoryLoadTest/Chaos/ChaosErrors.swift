import CachetoryRESP
import CachetoryRedis

/// Which errors are to be expected of calls during a run with --chaos.
enum ChaosErrors {
    /// Whether what is done to the server explains an error: it says that the server was away, silent or refused.
    static func explain(_ error: any Error) -> Bool {
        switch error as? RedisCallError {
        case .timedOut, .connectionLost, .connectFailed, .handshakeRefused: true
        case .server(let error): ["OOM", "LOADING"].contains(error.code)
        default: false
        }
    }
}
