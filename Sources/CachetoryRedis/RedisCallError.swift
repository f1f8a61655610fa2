public import CachetoryRESP

/// Why a call to Redis failed, and whether the command may have been executed.
///
/// ```swift
/// let pool = try ConnectionPool(url: "redis://localhost")
/// do {
///     _ = try await pool.execute(["INCR", "visits"])
/// } catch RedisCallError.timedOut(.notExecuted), RedisCallError.connectionLost(_, .notExecuted) {
///     print("not counted; safe to try again")
/// } catch RedisCallError.timedOut(.unknown), RedisCallError.connectionLost(_, .unknown) {
///     print("counted, or not")
/// }
/// ```
public enum RedisCallError: Error, Sendable, Hashable {
    /// What is known of a command whose reply never came.
    ///
    /// ```swift
    /// func maySendAgain(_ outcome: RedisCallError.Outcome, isIdempotent: Bool) -> Bool {
    ///     outcome == .notExecuted || isIdempotent
    /// }
    /// ```
    public enum Outcome: Sendable, Hashable {
        /// It was not executed: none of its bytes were written, or the server refused it. It is safe to try again.
        case notExecuted

        /// The server may have executed it or not. Try again only what may happen twice.
        case unknown
    }

    /// The server refused the command, which the error names with its key where that is known, and in a cluster with the
    /// node and the slot. Nothing was changed, but by a script or a module's command that failed on its way.
    case server(RESPServerError)

    /// The server refused `MULTI`, and so executed the commands of a transaction one by one, as far as it did not refuse
    /// them as well. It happens only where it has accepted transactions on this connection before, as when the user's
    /// permissions change; where it never did, nothing is sent, and the error is ``server(_:)``.
    case notAtomic(RESPServerError)

    /// The command's deadline passed: see `socket_timeout`. A reply that still comes is dropped.
    case timedOut(Outcome)

    /// The connection broke while the command was on its way.
    case connectionLost(reason: String, Outcome)

    /// No connection could be made. Nothing was sent.
    case connectFailed(address: String, reason: String)

    /// No encrypted connection could be made. Nothing was sent.
    case tlsFailed(address: String, RedisTLSError)

    /// The server refused the connection: a wrong password, no permission, no such database. Nothing was sent.
    case handshakeRefused(address: String, RESPServerError)

    /// The peer sent what is no RESP, or a reply that nobody had asked for; the connection was closed.
    case protocolViolation(reason: String, Outcome)

    /// Every connection was busy for as long as a caller may wait. Nothing was sent.
    case poolExhausted(maxConnections: Int, maxInFlight: Int, waited: Duration)

    /// The pool was closed. Nothing was sent.
    case closed

    /// The server replied with a value of a kind which the command cannot have.
    case unexpectedReply(command: String, reply: String)

    /// The command changes or keeps the connection that it is sent on, which other callers share.
    case needsExclusiveLease(command: String)

    /// The command is not supported, as `SUBSCRIBE` and `MONITOR`: after it, its connection no longer gives one reply to
    /// each command. Nothing was sent.
    case unsupportedCommand(command: String)

    /// The command cannot be sent: it has no arguments.
    case emptyCommand

    /// A call to a cluster failed, as a whole or in part: the error says where, why, and how many parts were done.
    /// Timeouts and lost connections on a cluster are in here, too. If one node refused one command, the error is
    /// ``server(_:)``, and if no connection to it could be made, ``connectFailed(address:reason:)``, as on a server by
    /// itself.
    indirect case cluster(RedisClusterError)
}

extension RedisCallError {
    /// What the closing of a pool does to a command in flight.
    static func poolClosed(_ outcome: Outcome) -> RedisCallError {
        outcome == .notExecuted ? .closed : .connectionLost(reason: "the pool was closed", outcome)
    }

    /// The same for a command that was to be sent behind the one which failed.
    var withNothingExecuted: RedisCallError {
        switch self {
        case .timedOut: .timedOut(.notExecuted)
        case .connectionLost(let reason, _): .connectionLost(reason: reason, .notExecuted)
        case .protocolViolation(let reason, _): .protocolViolation(reason: reason, .notExecuted)
        default: self
        }
    }
}

extension RedisCallError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .server(let error):
            "Redis\(error.place) refused \(error.subject): \(error)" + error.advicePart(inCluster: error.node != nil)
        case .notAtomic(let error):
            "Redis refused MULTI, so the commands of the transaction were executed one by one: \(error); allow the user "
                + "MULTI, EXEC and DISCARD"
        case .timedOut(let outcome):
            "no reply before the command's deadline (socket_timeout): \(outcome)"
        case .connectionLost(let reason, let outcome):
            "the connection to Redis was lost: \(reason); \(outcome)"
        case .connectFailed(let address, let reason):
            // A reason that says itself what to do has that behind a semicolon.
            "cannot connect to Redis at \(address): \(reason)"
                + (reason.contains(";") ? "" : "; is the server running there?")
        case .tlsFailed(let address, let error):
            "cannot make an encrypted connection to Redis at \(address): \(error)"
        case .handshakeRefused(let address, let error):
            "Redis at \(address) refused the connection: \(error); \(error.adviceAtHandshake)"
        case .protocolViolation(let reason, let outcome):
            "the peer does not follow Redis's protocol: \(reason); \(outcome)"
        case .poolExhausted(let connections, let inFlight, let waited):
            "no connection was free for \(waited): all of max_connections=\(connections) are busy with "
                + "max_in_flight=\(inFlight) commands each, or have max_queued_bytes to send; raise them, or send less"
        case .closed:
            "the connection pool is closed; make another one, or stop calling"
        case .unexpectedReply(let command, let reply):
            "Redis answered \(command) with an unexpected reply: \(reply); check what is between you and the server"
        case .needsExclusiveLease(let command):
            "\(command) needs a connection to itself: call it inside withConnection"
        case .unsupportedCommand(let command):
            "\(command) is not supported: after it, a connection no longer gives one reply to each command; for "
                + "subscriptions, use another client beside this one"
        case .emptyCommand:
            "a command needs at least its name"
        case .cluster(let error):
            error.description
        }
    }
}

extension RedisCallError.Outcome: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notExecuted: "the command was not executed"
        case .unknown: "the command may have been executed or not"
        }
    }
}
