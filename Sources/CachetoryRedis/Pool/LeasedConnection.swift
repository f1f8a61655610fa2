import CachetoryLocking
public import CachetoryRESP

/// A connection that one caller has to itself: for `MULTI` with `WATCH`, for commands that wait, for another database.
///
/// Got from ``ConnectionPool/withConnection(_:)``. It is closed rather than given back where something was left in it, or may
/// have been: a transaction whose end the server did not confirm, another database, a call that was cancelled or timed out.
///
/// ```swift
/// let pool = try ConnectionPool(url: "redis://localhost")
/// try await pool.withConnection { connection in
///     _ = try await connection.execute(["WATCH", "stock"])
///     let stock = try await connection.execute(["GET", "stock"])
///     _ = try await connection.execute(["MULTI"])
///     _ = try await connection.execute(["DECR", "stock"])
///     // Null if the stock, which was that, has changed since.
///     let result = try await connection.execute(["EXEC"])
///     print(stock, result)
/// }
/// ```
public final class LeasedConnection: Sendable {
    let connection: Connection
    private let commandTimeout: Duration?
    private let session = Lock((state: SessionState(), isBroken: false, isOver: false))

    init(_ connection: Connection, commandTimeout: Duration?) {
        self.connection = connection
        self.commandTimeout = commandTimeout
    }

    /// Sends one command and waits for its reply. One round trip; nothing is sent again by itself.
    ///
    /// - Throws: as ``ConnectionPool/execute(_:)``; ``RedisCallError/unsupportedCommand(command:)`` for `SUBSCRIBE` and
    ///   its like, `MONITOR`, and `CLIENT REPLY` with `OFF` or `SKIP`.
    public func execute(_ command: RESPCommand) async throws -> RESPReply {
        try await execute(command, timeout: commandTimeout)
    }

    /// The same with a timeout of its own, nil for none: for a command such as `BLPOP` that waits longer than others.
    public func execute(_ command: RESPCommand, timeout: Duration?) async throws -> RESPReply {
        try command.checkIsSupported()
        let request = Request(leased: command)
        let weight = RequestWeight(size: request.size)
        let isOver = session.withLock { session in
            if session.isOver { return true }
            session.state.note(sent: command)
            connection.retainLease(weight)
            return false
        }
        if isOver { throw RedisCallError.connectionLost(reason: "its lease is over", .notExecuted) }
        let now = Timestamp.now
        let reply: RESPReply
        do {
            reply = try await connection.execute(request, weight: weight, at: now, until: now + timeout)
        } catch {
            session.withLock { session in
                _ = session.state.note(nil, to: command)
                session.isBroken = true
            }
            throw error
        }
        guard session.withLock({ $0.state.note(reply, to: command) }) else {
            throw RedisCallError.unexpectedReply(command: command.name ?? "", reply: reply.summary)
        }
        return try reply.throwingErrorReply(to: command)
    }

    /// From here on it is another caller's.
    ///
    /// - Returns: whether that one may have it: nothing was left in it, and no call goes on.
    fileprivate func end() -> Bool {
        session.withLock { session in
            session.isOver = true
            return session.state.isClean && !session.isBroken && connection.load == 1
        }
    }
}

extension ConnectionPool {
    /// Lends a connection that nobody else uses until the closure ends.
    ///
    /// ```swift
    /// let pool = try ConnectionPool(url: "redis://localhost")
    /// let job = try await pool.withConnection { try await $0.execute(["BLPOP", "jobs", "30"], timeout: .seconds(35)) }
    /// ```
    ///
    /// It is of no use after the closure. While it is lent, other callers have the pool's other connections, and
    /// with `max_connections=1` they wait.
    ///
    /// - Throws: what the closure throws; ``RedisCallError/poolExhausted(maxConnections:maxInFlight:waited:)`` if no
    ///   connection gets free in time.
    public nonisolated func withConnection<Result>(
        _ body: (LeasedConnection) async throws -> Result
    ) async throws -> Result {
        let connection = try await lease(.exclusive)
        let leased = LeasedConnection(connection, commandTimeout: configuration.commandTimeout)
        do {
            let result = try await body(leased)
            end(leased)
            return result
        } catch {
            end(leased)
            throw error
        }
    }

    private nonisolated func end(_ leased: LeasedConnection) {
        if !leased.end() {
            leased.connection.close { .connectionLost(reason: "its lease is over", $0) }
        }
        endExclusiveLease(leased.connection)
    }
}
