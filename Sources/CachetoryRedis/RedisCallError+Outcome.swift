import CachetoryRESP

extension RedisCallError {
    /// Whether the command may have been executed, whatever the error is: of a server by itself and of a cluster alike.
    ///
    /// ```swift
    /// let pool = try ConnectionPool(url: "redis://localhost")
    /// do {
    ///     _ = try await pool.execute(["INCR", "visits"])
    /// } catch let error as RedisCallError where error.outcome == .notExecuted {
    ///     print("not counted; safe to try again")
    /// }
    /// ```
    ///
    /// A server that refuses a command has not executed it. A script or a module's command may have failed on its way, so of
    /// those it is ``Outcome/unknown``, and so it is where the command's name is not known. Of several commands or keys,
    /// ``Outcome/notExecuted`` is said only if none was executed.
    public var outcome: Outcome {
        switch self {
        case .timedOut(let outcome), .connectionLost(_, let outcome), .protocolViolation(_, let outcome): outcome
        case .server(let error): error.provesNothingWasDone ? .notExecuted : .unknown
        case .cluster(let error): error.outcome
        case .notAtomic, .unexpectedReply: .unknown
        case .connectFailed, .tlsFailed, .handshakeRefused, .poolExhausted, .closed, .needsExclusiveLease,
            .unsupportedCommand, .emptyCommand:
            .notExecuted
        }
    }
}

extension RESPServerError {
    /// Whether code of the server's own has refused the command, rather than a script or a module.
    fileprivate var provesNothingWasDone: Bool { command.map(RESPCommand.serversOwn.contains) ?? false }
}
