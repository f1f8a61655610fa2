public import CachetoryRESP

/// A connection that one thread has to itself: for `MULTI` with `WATCH`, for commands that wait, for another database.
///
/// Got from ``SyncConnectionPool/withConnection(_:)``. It is closed rather than given back where something was left in it, or
/// may have been: a transaction whose end the server did not confirm, another database, a call that timed out.
///
/// ```swift
/// let pool = try SyncConnectionPool(url: "redis://localhost")
/// try pool.withConnection { connection in
///     _ = try connection.execute(["WATCH", "stock"])
///     let stock = try connection.execute(["GET", "stock"])
///     _ = try connection.execute(["MULTI"])
///     _ = try connection.execute(["DECR", "stock"])
///     // Null if the stock, which was that, has changed since.
///     let result = try connection.execute(["EXEC"])
///     print(stock, result)
/// }
/// ```
public final class SyncLeasedConnection {
    private let lease: SyncLease
    private let commandTimeout: Duration?
    private var isOver = false

    init(_ lease: SyncLease, commandTimeout: Duration?) {
        self.lease = lease
        self.commandTimeout = commandTimeout
    }

    /// Sends one command and waits for its reply. One round trip; nothing is sent again by itself.
    ///
    /// - Throws: as ``SyncConnectionPool/execute(_:)``; ``RedisCallError/unsupportedCommand(command:)`` for `SUBSCRIBE`
    ///   and its like, `MONITOR`, and `CLIENT REPLY` with `OFF` or `SKIP`.
    public func execute(_ command: RESPCommand) throws(RedisCallError) -> RESPReply {
        try execute(command, timeout: commandTimeout)
    }

    /// The same with a timeout of its own, nil for none: for a command such as `BLPOP` that waits longer than others.
    public func execute(_ command: RESPCommand, timeout: Duration?) throws(RedisCallError) -> RESPReply {
        try command.checkIsSupported()
        guard !isOver, lease.connection.isUsable else {
            throw .connectionLost(reason: isOver ? "its lease is over" : "it broke before", .notExecuted)
        }
        lease.session.note(sent: command)
        let now = Timestamp.now
        let reply: RESPReply
        do {
            reply = try lease.connection.execute(Request(leased: command), at: now, until: now + timeout)
        } catch {
            _ = lease.session.note(nil, to: command)
            throw error
        }
        guard lease.session.note(reply, to: command) else {
            throw .unexpectedReply(command: command.name ?? "", reply: reply.summary)
        }
        return try reply.throwingErrorReply(to: command)
    }

    /// From here on it is another caller's.
    func end() {
        isOver = true
    }
}

extension SyncConnectionPool {
    /// Lends a connection that nobody else uses until the closure ends.
    ///
    /// ```swift
    /// let pool = try SyncConnectionPool(url: "redis://localhost")
    /// let job = try pool.withConnection { try $0.execute(["BLPOP", "jobs", "30"], timeout: .seconds(35)) }
    /// ```
    ///
    /// It is of no use after the closure. While it is lent, other threads have the pool's other connections, and with
    /// `max_connections=1` they wait.
    ///
    /// - Throws: what the closure throws; ``RedisCallError/poolExhausted(maxConnections:maxInFlight:waited:)`` if no
    ///   connection gets free in time.
    public func withConnection<Result>(_ body: (SyncLeasedConnection) throws -> Result) throws -> Result {
        var now = Timestamp.now
        let lease = try lease(at: &now, trustsIdle: true, until: .distantFuture)
        let leased = SyncLeasedConnection(lease, commandTimeout: configuration.commandTimeout)
        defer {
            leased.end()
            giveBack(lease)
        }
        return try body(leased)
    }
}
