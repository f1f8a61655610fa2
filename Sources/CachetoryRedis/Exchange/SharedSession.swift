package import CachetoryRESP

/// What the replies tell of the state of a connection that callers share: whether it accepts transactions, and whether
/// one may have been left open in it. A pure value.
///
/// A connection in doubt gets no more requests, and is closed once the replies to those under way have come. So nobody
/// ever sends another `EXEC`, and what waits for one is never executed.
package struct SharedSession: Sendable {
    /// Whether the server has accepted a transaction, and refused none since.
    package private(set) var acceptsTransactions = false

    /// Whether it may be in a transaction: an `EXEC` was refused, or somebody was told `QUEUED` out of nowhere.
    package private(set) var isInDoubt = false

    /// Whether the doubt began with an `EXEC` that was refused: `QUEUED` says from then on that a command was not executed.
    private var holdsCommands = false

    package init() {}

    /// A command was queued that is in no transaction, as far as is known here.
    package mutating func noteUnexplainedQueued() {
        isInDoubt = true
    }

    /// All replies to a request have come.
    ///
    /// - Returns: whether they are its own; false if its commands were queued behind an `EXEC` that was refused.
    package mutating func note(_ replies: [RESPReply], to kind: Request.Kind) -> Bool {
        switch kind {
        case .plain:
            return !holdsCommands || !replies.contains(where: \.isQueued)
        case .transaction:
            // One that was accepted shows that the one before had ended after all.
            if holdsCommands, replies.first?.isOK != true { return false }
            noteTransaction(replies)
            return true
        case .askingTransaction:
            return note(Array(replies.dropFirst()), to: .transaction)
        case .leased:
            return true
        }
    }

    private mutating func noteTransaction(_ replies: [RESPReply]) {
        let transaction = TransactionReplies(replies)
        if transaction.wasExecuted {
            acceptsTransactions = true
        } else if replies.first?.isOK != true {
            acceptsTransactions = false
        }
        guard transaction.mayBeOpen else { return }
        isInDoubt = true
        if case .refused = transaction.outcome { holdsCommands = true }
    }
}
