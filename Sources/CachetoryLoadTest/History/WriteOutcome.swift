import CachetoryRedis

/// What is known of a write when its call is over.
enum WriteOutcome: Sendable {
    case acknowledged
    /// The store may have done it, or do it later.
    case unknown
    /// The store has not done it, and will not.
    case refused

    /// What an error says of its write.
    init(of error: any Error) {
        self =
            switch error as? RedisCallError {
            case .timedOut(let outcome), .connectionLost(_, let outcome), .protocolViolation(_, let outcome):
                outcome == .notExecuted ? .refused : .unknown
            case .server, .connectFailed, .tlsFailed, .handshakeRefused, .poolExhausted, .closed,
                .needsExclusiveLease, .unsupportedCommand, .emptyCommand:
                .refused
            case .cluster(let error):
                error.outcome == .notExecuted ? .refused : .unknown
            case .notAtomic, .unexpectedReply, nil:
                .unknown
            }
    }
}
