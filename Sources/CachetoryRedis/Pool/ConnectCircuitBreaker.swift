/// What the pool does while no connection can be made: try again with growing pauses, and after some time tell callers
/// at once instead of letting each of them wait (a circuit breaker). A pure value.
///
/// While the breaker is open, attempts go on by themselves, so that no caller has to wait for one: a server that is halted
/// takes each of them all its time. They end when nobody has asked for some time, and the next caller waits for one again.
package struct ConnectCircuitBreaker: Sendable {
    /// After this long without success, and with no live connection, calls fail at once.
    package static let patience = Duration.seconds(1)

    /// Attempts go on at least this often, so that a server that came back is soon noticed.
    package static let longestPause = Duration.milliseconds(150)

    /// Attempts go on by themselves for this long after the last caller: an unused pool leaves a server alone.
    package static let attention = Duration.seconds(10)

    private var backoff = Backoff(base: .milliseconds(10), limit: longestPause)
    private var failingSince: Timestamp?
    private var lastFailure = Timestamp(nanoseconds: 0)

    /// Whether callers fail at once.
    private var isOpen = false

    /// When a caller was last told at once.
    private var lastRejection = Timestamp(nanoseconds: 0)

    /// Why the last attempt failed; nil after one that did not.
    package private(set) var lastError: RedisCallError?

    /// When the next attempt may be made.
    package private(set) var retryAt = Timestamp(nanoseconds: 0)

    package init() {}

    /// What to tell a caller at once, rather than have it wait; nil if there is hope.
    package func failure(isConnected: Bool) -> RedisCallError? {
        guard !isConnected, let lastError else { return nil }
        return lastError.isLasting || isOpen ? lastError : nil
    }

    /// A caller needs a connection: what to tell it at once.
    ///
    /// - Parameter isOpening: whether an attempt is under way.
    package mutating func reject(at now: Timestamp, isConnected: Bool, isOpening: Bool) -> RedisCallError? {
        guard let error = failure(isConnected: isConnected) else { return nil }
        // A server that refuses does so quickly, and somebody may have changed what it refused: the one who comes when it is
        // time for another attempt waits for that.
        if error.isLasting { return retryAt > now || isOpening ? error : nil }
        if !isOpening, lastRejection + Self.attention <= now {
            (failingSince, isOpen) = (nil, false)
            return nil
        }
        lastRejection = now
        return error
    }

    /// Whether attempts go on though nobody waits for one.
    package func probes(at now: Timestamp) -> Bool {
        guard isOpen, let lastError, !lastError.isLasting else { return false }
        return now < lastRejection + Self.attention
    }

    /// Counts a failed attempt, and says when to try again.
    ///
    /// - Parameter begun: when the attempt began; one that has taken its time has used up the patience, too.
    package mutating func fail(_ error: RedisCallError, begun: Timestamp, at now: Timestamp) -> Timestamp {
        var generator = SystemGenerator()
        // Failures that are far apart are no outage.
        let goesOn = lastFailure + Self.attention > begun
        let since = failingSince.flatMap { goesOn ? $0 : nil } ?? begun
        (lastError, failingSince, lastFailure) = (error, since, now)
        retryAt = now + backoff.fail(using: &generator)
        if !isOpen, since + Self.patience <= now {
            // Those who wait are told now.
            (isOpen, lastRejection) = (true, now)
        }
        return retryAt
    }

    package mutating func succeed() {
        self = ConnectCircuitBreaker()
    }
}

extension RedisCallError {
    /// Somebody has to change something before a connection can be made: there is nothing to be waited for.
    var isLasting: Bool {
        switch self {
        case .handshakeRefused: true
        // A server that restarts cuts connections off, encrypted ones too.
        case .tlsFailed(_, .truncated), .tlsFailed(_, .other): false
        case .tlsFailed: true
        case .cluster(let error):
            switch error.reason {
            case .clusterDisabled: true
            case .noNodeAnswered: !error.failures.isEmpty && error.failures.allSatisfy(\.reason.isLasting)
            default: false
            }
        default: false
        }
    }
}
