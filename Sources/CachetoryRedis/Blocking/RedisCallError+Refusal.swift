extension RedisCallError {
    /// The server or the user's own code has said no: trying again would not help.
    var isRefusal: Bool {
        switch self {
        case .handshakeRefused, .connectFailed, .tlsFailed: true
        default: false
        }
    }
}
