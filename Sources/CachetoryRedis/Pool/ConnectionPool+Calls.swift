public import CachetoryRESP

// Nonisolated, all of it: a command is encoded and written on its caller's thread.
extension ConnectionPool {
    /// Sends one command and waits for its reply. One round trip, on a connection shared with other callers.
    ///
    /// ```swift
    /// let pool = try ConnectionPool(url: "redis://localhost")
    /// let length = try await pool.execute(["APPEND", "log", "started;"])
    /// ```
    ///
    /// A command that reads, made with ``RESPCommand/reading(_:)``, is sent once more if its connection breaks.
    ///
    /// - Throws: ``RedisCallError``, of which ``RedisCallError/server(_:)`` is an error reply; `CancellationError` at
    ///   once if the task is cancelled, though the server may execute the command yet.
    public nonisolated func execute(_ command: RESPCommand) async throws -> RESPReply {
        try command.checkIsShareable()
        return try await send(Request(command)).throwingErrorReply()
    }

    /// Sends several commands at once and waits for all their replies. One round trip. It is no transaction: commands of
    /// other connections may come between them.
    ///
    /// - Returns: a reply for each command, in order. An error reply is ``RESPReply/error(_:)`` in its place and keeps
    ///   none of the others from being executed.
    /// - Throws: as ``execute(_:)``.
    public nonisolated func pipeline(_ commands: [RESPCommand]) async throws -> [RESPReply] {
        guard let first = commands.first else { return [] }
        for command in commands { try command.checkIsShareable() }
        let reply = try await send(Request(first, Array(commands.dropFirst())))
        if commands.count > 1, case .array(let replies) = reply { return replies }
        return [reply]
    }

    /// Executes all the commands, or none, with nothing between them: `MULTI`, the commands, `EXEC`. One round trip, and
    /// one more for the first transaction on each connection.
    ///
    /// As everywhere in Redis, a command that fails by itself, such as `INCR` of a word, undoes none of the others.
    ///
    /// A server that refuses `MULTI` executes the commands behind it at once. So the first transaction on a connection is
    /// an empty one, and nothing is sent if the server refuses that, as it does where the user may not send `MULTI`.
    ///
    /// - Returns: a reply for each command, in order; ``RESPReply/error(_:)`` for one that failed.
    /// - Throws: as ``execute(_:)``; ``RedisCallError/server(_:)`` if the server refused a command, and then executed
    ///   none; ``RedisCallError/notAtomic(_:)`` if it refused `MULTI` though it had accepted it before on the same
    ///   connection.
    public nonisolated func transaction(_ commands: [RESPCommand]) async throws -> [RESPReply] {
        if commands.isEmpty { return [] }
        for command in commands { try command.checkIsShareable() }
        return try await send(Request(transaction: commands)).transactionReplies()
    }

    @inline(__always)
    nonisolated func weight(of request: Request) -> RequestWeight {
        RequestWeight(size: request.size, expectsLargeReply: replySizes.expectsLargeReply(to: request))
    }

    /// Sends a request over a leased connection, and once more where that is safe.
    package nonisolated func send(_ request: Request) async throws -> RESPReply {
        let now = Timestamp.now
        let deadline = deadline(from: now)
        let first: Result<RESPReply, any Error>
        do {
            let reply = try await attempt(request, at: now, until: deadline)
            if RetryPolicy.isFinal(reply, to: request) { return reply }
            first = .success(reply)
        } catch {
            first = .failure(error)
        }
        return try await sendAgain(request, after: first, until: deadline)
    }

    /// Sends a request over a leased connection, once.
    @inline(__always)
    nonisolated func attempt(
        _ request: Request, at now: Timestamp, until deadline: Timestamp
    ) async throws -> RESPReply {
        let weight = weight(of: request)
        if request.kind == .plain, let connection = tryTake(at: now, weight) {
            return try await connection.executeShared(request, weight: weight, at: now, until: deadline)
        }
        return try await sendInTurn(request, until: deadline)
    }

    // Apart from the above, and not to be put into it by the compiler: what they keep while they wait would make each call
    // larger, and ten thousand of those do not fit into a processor's cache.

    @inline(never)
    nonisolated func sendInTurn(_ request: Request, until deadline: Timestamp) async throws -> RESPReply {
        if request.kind.isTransaction { return try await sendTransaction(request, until: deadline) }
        let weight = weight(of: request)
        return try await lease(.shared, weight, until: deadline)
            .executeShared(request, weight: weight, at: .now, until: deadline)
    }

    /// Once the server has accepted an empty one on the same connection: where it refuses `MULTI`, it would execute the
    /// commands behind it.
    @inline(never)
    private nonisolated func sendTransaction(
        _ request: Request, until deadline: Timestamp
    ) async throws -> RESPReply {
        let weight = weight(of: request)
        var connection = tryTake(at: .now, weight)
        if connection == nil { connection = try await lease(.shared, weight, until: deadline) }
        guard let connection else { throw RedisCallError.closed }
        if !connection.acceptsTransactions {
            // The lease is for the transaction; this one is the empty one's.
            connection.retainLease()
            do {
                let reply = try await connection.execute(.emptyTransaction, weight: .none, at: .now, until: deadline)
                guard case .array(let replies) = reply, TransactionReplies(replies).wasExecuted else {
                    connection.release(weight)
                    return reply
                }
            } catch {
                connection.release(weight)
                throw (error as? RedisCallError)?.withNothingExecuted ?? error
            }
        }
        return try await connection.execute(request, weight: weight, at: .now, until: deadline)
    }

    /// What follows a first attempt that was in vain.
    @inline(never)
    private nonisolated func sendAgain(
        _ request: Request, after first: Result<RESPReply, any Error>, until deadline: Timestamp
    ) async throws -> RESPReply {
        var (result, deadline) = (first, deadline)
        var retry = RetryPolicy(request, repeatsTimeout: configuration.retryOnTimeout)
        while true {
            if retry.startsOver(after: result) {
                deadline = self.deadline(from: .now)
            } else if let pause = retry.pause(after: result, to: request, until: deadline) {
                if pause > .zero { try await reactor.pause(for: pause) }
            } else {
                return try request.checkingNotQueued(retry.answer(result, to: request))
            }
            do {
                result = .success(try await sendInTurn(request, until: deadline))
            } catch {
                result = .failure(error)
            }
        }
    }
}

extension RESPReply {
    /// The reply, unless it is an error.
    package func throwingErrorReply() throws(RedisCallError) -> RESPReply {
        if case .error(let error) = self { throw .server(error) }
        return self
    }

    /// The reply to a command, unless it is an error.
    func throwingErrorReply(to command: RESPCommand) throws(RedisCallError) -> RESPReply {
        if case .error = self { return try namingRefused(of: Request(command)).throwingErrorReply() }
        return self
    }

    /// What kind of value it is, and no more of it than an error message should hold.
    package var summary: String {
        switch self {
        case .null: "null"
        case .bulkString(let data): "\(data.count) bytes"
        case .simpleString(let text): "+\(String(printable: text, atMost: 64))"
        case .integer(let number): "\(number)"
        case .error(let error): "\(error)"
        case .array(let values): "an array of \(values.count)"
        case .map(let pairs): "a map of \(pairs.count)"
        case .set(let values): "a set of \(values.count)"
        case .double(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        case .bigNumber(let digits): "a number of \(digits.count) digits"
        case .verbatimString(_, let data): "\(data.count) bytes of text"
        case .push(let values): "a push of \(values.count)"
        }
    }
}
