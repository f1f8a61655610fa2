package import CachetoryRESP
package import CachetorySmallFoundation

/// Commands that are written together, and answered by one reply each: nothing of another caller comes between them.
package struct Request: Sendable {
    /// What its commands do to the state of their connection.
    package enum Kind: Sendable {
        /// Nothing: it is the same afterwards.
        case plain
        /// They begin a transaction and end it.
        case transaction
        /// Whatever their caller likes, who has the connection alone.
        case leased
    }

    private let form: RequestForm
    package let kind: Kind

    /// Whether it may be sent again without harm.
    package let isReadOnly: Bool

    package init(_ first: RESPCommand, _ rest: [RESPCommand] = []) {
        form = .commands(first: first, rest: rest)
        kind = .plain
        isReadOnly = first.isReadOnly && rest.allSatisfy(\.isReadOnly)
    }

    /// The commands between `MULTI` and `EXEC`: all of them are executed, or none.
    package init(transaction commands: [RESPCommand]) {
        form = .commands(first: ["MULTI"], rest: commands + [["EXEC"]])
        kind = .transaction
        isReadOnly = false
    }

    /// A transaction of no commands. If the server accepts it, it does others.
    package static let emptyTransaction = Request(transaction: [])

    /// A command of a caller who has the connection alone.
    package init(leased command: RESPCommand) {
        form = .commands(first: command, rest: [])
        kind = .leased
        isReadOnly = false
    }

    /// A command of one key.
    package init(_ name: StaticString, key: String, isReadOnly: Bool = false) {
        form = .key(name: name, key)
        kind = .plain
        self.isReadOnly = isReadOnly
    }

    /// A command of any number of keys.
    package init(_ name: StaticString, keys: [String], isReadOnly: Bool = false) {
        form = .keys(name: name, keys)
        kind = .plain
        self.isReadOnly = isReadOnly
    }

    /// `SET`, with a time to live and `NX` if wanted.
    package init(set key: String, to value: Data, milliseconds: Int?, ifNotExists: Bool) {
        form = .set(key, to: value, milliseconds: milliseconds, ifNotExists: ifNotExists)
        kind = .plain
        isReadOnly = false
    }

    /// `MSET`; with a time to live, a transaction of a `SET` for each.
    package init(setAll items: [(key: String, value: Data)], milliseconds: Int?) {
        form = .setAll(items, milliseconds: milliseconds)
        kind = milliseconds == nil ? .plain : .transaction
        isReadOnly = false
    }

    /// About how many bytes are sent.
    package var size: Int { form.size }

    package var replyCount: Int { form.replyCount }

    /// Whether an error reply proves that nothing was done: the server made its text, and no script or module.
    package var isServersOwn: Bool { form.isServersOwn }

    /// Whether a reply is `QUEUED`, or contains that, which it must not: nobody has begun a transaction on the connection
    /// of a plain request. Scripts and modules may answer with that as well as with anything else.
    package func isWronglyQueued(_ reply: RESPReply) -> Bool {
        guard kind == .plain else { return false }
        let replies = if replyCount > 1, case .array(let replies) = reply { replies } else { [reply] }
        return replies.contains(where: \.isQueued) && form.isServersOwn
    }

    /// The reply, unless it is wrongly `QUEUED`.
    package func checkingNotQueued(_ reply: RESPReply) throws(RedisCallError) -> RESPReply {
        if isWronglyQueued(reply) { throw .unexpectedReply(command: form.name, reply: "+QUEUED") }
        return reply
    }

    /// The name of one of its commands, and the first key of it where that is known.
    package func subject(of index: Int) -> (name: String, key: String?) { form.subject(of: index) }

    func forEachCommand(_ body: (_ name: String, _ arguments: Int) -> Void) { form.forEachCommand(body) }

    package func encode(into bytes: inout OutgoingBytes) { form.encode(into: &bytes) }
}
