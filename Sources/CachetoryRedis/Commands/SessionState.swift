package import CachetoryRESP

/// What the commands of a lease have left behind in its connection, beyond the data: the next caller must not inherit
/// that.
///
/// It is told what was sent, and what the reply was. Only a reply proves a state; a connection in doubt is not clean.
package struct SessionState: Sendable {
    private enum Transaction {
        case none, open, unknown
    }

    private var transaction = Transaction.none

    /// `WATCH` without its end.
    private var isWatching = false

    /// A change that nothing takes back, as another database or another user.
    private var isChanged = false

    /// Commands of ``controls`` without their replies.
    private var pending = 0

    /// They begin a transaction, and end it.
    private static let controls: Set<String> = ["MULTI", "EXEC", "DISCARD", "WATCH", "UNWATCH"]

    private static let changing: Set<String> = [
        "AUTH", "HELLO", "SELECT", "RESET", "QUIT", "CLIENT", "ASKING", "READONLY", "READWRITE",
    ]

    /// Those that keep the connection to themselves until something happens elsewhere.
    private static let waiting: Set<String> = [
        "BLPOP", "BRPOP", "BRPOPLPUSH", "BLMOVE", "BLMPOP", "BZPOPMIN", "BZPOPMAX", "BZMPOP", "XREAD", "XREADGROUP",
        "WAIT", "WAITAOF",
    ]

    package init() {}

    /// Whether another caller may have the connection now.
    package var isClean: Bool { transaction == .none && !isWatching && !isChanged && pending == 0 }

    /// Whether a command needs a connection that nobody shares.
    package static func needsExclusiveLease(_ command: RESPCommand) -> Bool {
        guard let name = command.name else { return false }
        return controls.contains(name) || changing.contains(name) || waiting.contains(name)
    }

    /// A command is being sent.
    package mutating func note(sent command: RESPCommand) {
        guard let name = command.name else { return }
        if Self.changing.contains(name) { isChanged = true }
        guard Self.controls.contains(name) else { return }
        // Two at once: nobody knows in which order the server takes them.
        if pending > 0 { isChanged = true }
        pending += 1
    }

    /// What came of it. To be told of each command that was sent.
    ///
    /// - Parameter reply: nil if none came.
    /// - Returns: whether the reply can be one to this command: outside of a transaction, `QUEUED` is none.
    package mutating func note(_ reply: RESPReply?, to command: RESPCommand) -> Bool {
        guard let name = command.name else { return true }
        guard Self.controls.contains(name) else {
            return Self.changing.contains(name) || noteOther(reply, to: command)
        }
        pending -= 1
        switch reply {
        case nil: transaction = .unknown
        case .error(let error)?: noteRefusal(error, of: name)
        case let reply?: noteSuccess(reply, of: name)
        }
        return true
    }

    /// What is refused changes nothing, but for `EXEC`, which may end its transaction all the same.
    private mutating func noteRefusal(_ error: RESPServerError, of name: String) {
        guard transaction != .none, name == "EXEC" || name == "DISCARD" else { return }
        if name == "EXEC", error.code == "EXECABORT" { end() } else { transaction = .unknown }
    }

    private mutating func noteSuccess(_ reply: RESPReply, of name: String) {
        switch (name, reply) {
        case ("MULTI", _) where reply.isOK: transaction = .open
        case ("WATCH", _) where reply.isOK: isWatching = true
        case ("UNWATCH", _) where reply.isOK && transaction != .open: isWatching = false
        case ("UNWATCH", _) where reply.isQueued && transaction == .open: break  // executed with the transaction
        case ("DISCARD", _) where reply.isOK: end()
        case ("EXEC", .array), ("EXEC", .null): end()
        default: transaction = .unknown
        }
    }

    private mutating func end() {
        transaction = .none
        isWatching = false
    }

    /// Inside of a transaction all is queued, and outside of it nothing is, but that scripts and modules answer with
    /// whatever they like.
    private mutating func noteOther(_ reply: RESPReply?, to command: RESPCommand) -> Bool {
        guard let reply, pending == 0, !reply.isError, command.isServersOwn else { return true }
        switch (transaction, reply.isQueued) {
        case (.open, true), (.none, false), (.unknown, _): return true
        case (.open, false):
            transaction = .unknown
            return true
        case (.none, true):
            transaction = .unknown
            return false
        }
    }
}
