import RESP
import SmallFoundation

/// What a connection's commands have left behind in it, beyond the data: the next caller must not inherit that.
package struct SessionState: Sendable {
    /// `MULTI` or `WATCH` without its end.
    private var isInTransaction = false

    /// A change that nothing takes back: another database, another user, a subscription.
    private var isChanged = false

    private static let opening: Set<String> = ["MULTI", "WATCH"]
    private static let closing: Set<String> = ["EXEC", "DISCARD", "UNWATCH"]
    private static let changing: Set<String> = [
        "AUTH", "HELLO", "SELECT", "RESET", "QUIT", "MONITOR", "CLIENT", "SYNC", "PSYNC", "ASKING", "READONLY",
        "READWRITE", "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE",
    ]
    /// Those that keep the connection to themselves until something happens elsewhere.
    private static let waiting: Set<String> = [
        "BLPOP", "BRPOP", "BRPOPLPUSH", "BLMOVE", "BLMPOP", "BZPOPMIN", "BZPOPMAX", "BZMPOP", "XREAD", "XREADGROUP",
        "WAIT", "WAITAOF",
    ]

    package init() {}

    /// Whether another caller may have the connection now.
    package var isClean: Bool { !isInTransaction && !isChanged }

    /// A command was sent.
    package mutating func note(_ command: Command) {
        guard let name = command.name else { return }
        if Self.opening.contains(name) { isInTransaction = true }
        if Self.closing.contains(name) { isInTransaction = false }
        if Self.changing.contains(name) { isChanged = true }
    }

    /// Whether a command needs a connection that nobody shares.
    package static func needsExclusiveLease(_ command: Command) -> Bool {
        guard let name = command.name else { return false }
        return opening.contains(name) || changing.contains(name) || waiting.contains(name) || closing.contains(name)
    }
}

extension Command {
    /// Throws unless the command may go over a connection that other callers use as well.
    func checkIsShareable() throws(RedisError) {
        if arguments.isEmpty { throw .emptyCommand }
        if SessionState.needsExclusiveLease(self) { throw .needsExclusiveLease(command: name ?? "") }
    }

    /// The name in upper case; nil if there is none.
    package var name: String? {
        switch arguments.first {
        case .string(let name): name.uppercased()
        case .bytes(let name): String(decoding: name, as: UTF8.self).uppercased()
        case .integer, nil: nil
        }
    }
}
