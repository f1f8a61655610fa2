public import CachetoryRESP
import CachetorySmallFoundation

extension SyncConnectionPool {
    /// Sends one command and waits for its reply. One round trip.
    ///
    /// A command that reads, made with ``RESPCommand/reading(_:)``, is sent once more if its connection breaks.
    ///
    /// - Throws: ``RedisCallError``, of which ``RedisCallError/server(_:)`` is an error reply.
    public func execute(_ command: RESPCommand) throws(RedisCallError) -> RESPReply {
        try command.checkIsShareable()
        return try send(Request(command)).throwingErrorReply()
    }

    /// Sends several commands at once and waits for all their replies. One round trip. It is no transaction: commands of
    /// other connections may come between them.
    ///
    /// - Returns: a reply for each command, in order. An error reply is ``RESPReply/error(_:)`` in its place and keeps
    ///   none of the others from being executed.
    /// - Throws: as ``execute(_:)``.
    public func pipeline(_ commands: [RESPCommand]) throws(RedisCallError) -> [RESPReply] {
        guard let first = commands.first else { return [] }
        for command in commands { try command.checkIsShareable() }
        let reply = try send(Request(first, Array(commands.dropFirst())))
        if commands.count > 1, case .array(let replies) = reply { return replies }
        return [reply]
    }

    /// Executes all the commands, or none, with nothing between them: `MULTI`, the commands, `EXEC`. One round trip, and
    /// one more for the first transaction on each connection.
    ///
    /// A server that refuses `MULTI` executes the commands behind it at once. So the first transaction on a connection is
    /// an empty one, and nothing is sent if the server refuses that, as it does where the user may not send `MULTI`.
    ///
    /// - Returns: a reply for each command, in order; ``RESPReply/error(_:)`` for one that failed by itself.
    /// - Throws: as ``execute(_:)``; ``RedisCallError/server(_:)`` if the server refused a command, and then executed
    ///   none; ``RedisCallError/notAtomic(_:)`` if it refused `MULTI` though it had accepted it before on the same
    ///   connection.
    public func transaction(_ commands: [RESPCommand]) throws(RedisCallError) -> [RESPReply] {
        if commands.isEmpty { return [] }
        for command in commands { try command.checkIsShareable() }
        return try send(Request(transaction: commands)).transactionReplies()
    }

    /// Sends a request over a leased connection, and once more where that is safe.
    package func send(_ request: Request) throws(RedisCallError) -> RESPReply {
        var now = Timestamp.now
        var deadline = deadline(from: now)
        var retry = RetryPolicy(request, repeatsTimeout: configuration.retryOnTimeout)
        var isFirst = true
        while true {
            let pause: Duration
            do throws(RedisCallError) {
                // What broke one connection may have broken the others.
                let reply = try attempt(request, at: now, trustsIdle: isFirst, until: deadline)
                if RetryPolicy.isFinal(reply, to: request) { return reply }
                guard let next = retry.pause(after: reply, to: request, until: deadline) else {
                    return try request.checkingNotQueued(reply).namingRefused(of: request)
                }
                pause = next
            } catch {
                if retry.startsOver(after: error) {
                    deadline = self.deadline(from: .now)
                    pause = .zero
                } else {
                    guard let next = retry.pause(after: error, until: deadline) else {
                        throw retry.reason(for: error, of: request)
                    }
                    pause = next
                }
            }
            blockThread(for: pause)
            (now, isFirst) = (.now, false)
        }
    }

    /// Sends a request over a leased connection, once.
    func attempt(
        _ request: Request, at start: Timestamp, trustsIdle: Bool, until deadline: Timestamp
    ) throws(RedisCallError) -> RESPReply {
        var now = start
        let lease = try lease(at: &now, trustsIdle: trustsIdle, until: deadline)
        defer { giveBack(lease) }
        if request.kind.isTransaction { return try lease.connection.executeTransaction(request, until: deadline) }
        return try lease.connection.executeShared(request, at: now, until: deadline)
    }
}
