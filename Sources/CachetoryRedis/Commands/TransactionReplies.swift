package import CachetoryRESP

/// What the replies to `MULTI`, some commands and `EXEC` say that were sent together: what became of the commands, and
/// what state the connection is in. A pure value.
package struct TransactionReplies {
    package enum Outcome {
        /// All commands were executed. A reply for each of them.
        case executed([RESPReply])
        /// The server refused the transaction, and executed none of it.
        case refused(RESPServerError)
        /// The server refused `MULTI`, so it executed the commands by themselves, as far as they were not refused.
        case split(RESPServerError)
        /// A reply that no server gives.
        case unexpected(command: String, reply: String)
    }

    package let outcome: Outcome

    /// Whether the connection may still be in the transaction. Only a reply proves that it is not.
    package let mayBeOpen: Bool

    /// Whether the server is known to accept transactions.
    package var wasExecuted: Bool { if case .executed = outcome { true } else { false } }

    /// - Parameter replies: one for each command, with those of `MULTI` and `EXEC`.
    package init(_ replies: [RESPReply]) {
        guard replies.count >= 2, let first = replies.first, let last = replies.last else {
            self.init(.unexpected(command: "EXEC", reply: "\(replies.count) replies"), mayBeOpen: true)
            return
        }
        let between = replies.dropFirst().dropLast()
        switch (first, last) {
        case (.error(let error), .error):
            self.init(refusedMulti: error, between)
        case (_, .array(let results)) where first.isOK && between.allSatisfy(\.isQueued):
            if results.count == between.count {
                self.init(.executed(results), mayBeOpen: false)
            } else {
                let reply = "\(results.count) replies to \(between.count) commands"
                self.init(.unexpected(command: "EXEC", reply: reply), mayBeOpen: true)
            }
        case (_, .null) where first.isOK:
            self.init(.unexpected(command: "EXEC", reply: last.summary), mayBeOpen: false)
        case (_, .error(let error)) where first.isOK:
            // Which command it was that the server refused tells more than that EXEC was aborted for it.
            let reason = between.lazy.compactMap { if case .error(let error) = $0 { error } else { nil } }.first
            // Nothing was executed. Whether the transaction goes on, only EXECABORT tells: where EXEC itself is refused,
            // for it was renamed, it does.
            self.init(.refused(reason ?? error), mayBeOpen: error.code != "EXECABORT")
        case (_, _) where first.isOK:
            self.init(.unexpected(command: "EXEC", reply: last.summary), mayBeOpen: true)
        default:
            self.init(.unexpected(command: "MULTI", reply: first.summary), mayBeOpen: true)
        }
    }

    /// `EXEC` is an error as well then, even `EXECABORT`: that says nothing of commands which were never held back.
    private init(refusedMulti error: RESPServerError, _ between: ArraySlice<RESPReply>) {
        if between.contains(where: \.isQueued) {
            // Refused, for there is a transaction already, which nobody knows.
            self.init(.unexpected(command: "MULTI", reply: "\(error)"), mayBeOpen: true)
        } else if between.allSatisfy({ $0.errorCode == error.code }) {
            // All was refused for the same reason.
            self.init(.refused(error), mayBeOpen: false)
        } else {
            self.init(.split(error), mayBeOpen: false)
        }
    }

    private init(_ outcome: Outcome, mayBeOpen: Bool) {
        self.outcome = outcome
        self.mayBeOpen = mayBeOpen
    }
}

extension RESPReply {
    /// The replies to the commands of a transaction, from all that its request got.
    package func transactionReplies() throws(RedisCallError) -> [RESPReply] {
        guard case .array(let all) = self else { throw .unexpectedReply(command: "EXEC", reply: summary) }
        switch TransactionReplies(all).outcome {
        case .executed(let replies): return replies
        case .refused(let error): throw .server(error)
        case .split(let error): throw .notAtomic(error)
        case .unexpected(let command, let reply): throw .unexpectedReply(command: command, reply: reply)
        }
    }
}
