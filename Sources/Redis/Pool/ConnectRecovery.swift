/// What the pool does while no connection can be made: try again with growing pauses, and after some time tell callers
/// at once instead of letting each of them wait (a circuit breaker). A pure value.
package struct ConnectRecovery: Sendable {
    /// After this long without success, and with no live connection, calls fail at once.
    package static let patience = Duration.seconds(1)

    /// Attempts go on at least this often, so that a server that came back is soon noticed.
    package static let longestPause = Duration.milliseconds(150)

    private var backoff = Backoff(base: .milliseconds(10), limit: longestPause)
    private var failingSince: Timestamp?

    /// Why the last attempt failed; nil after one that did not.
    package private(set) var lastError: RedisError?

    /// When the next attempt may be made.
    package private(set) var retryAt = Timestamp(nanoseconds: 0)

    package init() {}

    /// What to tell a caller at once, rather than have it wait; nil if there is hope.
    package func failure(at now: Timestamp, isConnected: Bool) -> RedisError? {
        guard !isConnected, let lastError, let failingSince else { return nil }
        if lastError.isLasting { return lastError }
        return failingSince + Self.patience <= now ? lastError : nil
    }

    /// Counts a failed attempt, and says when to try again.
    package mutating func fail(_ error: RedisError, at now: Timestamp) -> Timestamp {
        var generator = SystemRandomNumberGenerator()
        lastError = error
        failingSince = failingSince ?? now
        retryAt = now + backoff.fail(using: &generator)
        return retryAt
    }

    package mutating func succeed() {
        backoff.succeed()
        failingSince = nil
        lastError = nil
        retryAt = Timestamp(nanoseconds: 0)
    }
}

extension RedisError {
    /// Somebody has to change something before a connection can be made: there is nothing to be waited for.
    fileprivate var isLasting: Bool {
        switch self {
        case .handshakeRefused: true
        // A server that restarts cuts connections off, encrypted ones too.
        case .tlsFailed(_, .truncated), .tlsFailed(_, .other): false
        case .tlsFailed: true
        default: false
        }
    }
}
