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
        /// The same behind `ASKING`.
        case askingTransaction
        /// Whatever their caller likes, who has the connection alone.
        case leased

        var isTransaction: Bool { self == .transaction || self == .askingTransaction }
    }

    let form: RequestForm
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

    /// A part of another request.
    init(_ form: RequestForm, kind: Kind = .plain, isReadOnly: Bool) {
        self.form = form
        self.kind = kind
        self.isReadOnly = isReadOnly
    }

    /// The same behind `ASKING`: a node to which a slot is being moved serves only who says that. Redis keeps it in mind until
    /// the end of a transaction. There is one reply more, see ``removingAsking(from:)``.
    var asking: Request {
        Request(
            .together([Self.askingForm, form]), kind: kind == .transaction ? .askingTransaction : kind,
            isReadOnly: isReadOnly)
    }

    private static let askingForm = RequestForm.commands(first: ["ASKING"], rest: [])

    /// Several requests of one command each, as one that is replied with an array, in which those that are `asking` have a
    /// reply more in front.
    init(together requests: [(request: Request, isAsking: Bool)]) {
        precondition(requests.allSatisfy { $0.request.kind == .plain && $0.request.replyCount == 1 })
        let forms = requests.flatMap { $0.isAsking ? [Self.askingForm, $0.request.form] : [$0.request.form] }
        self.init(.together(forms), isReadOnly: requests.allSatisfy(\.request.isReadOnly))
    }

    /// The reply to this request, from that to ``asking``.
    func removingAsking(from reply: RESPReply) -> RESPReply {
        guard case .array(let replies) = reply, replies.count == replyCount + 1 else { return reply }
        return replyCount == 1 ? replies[1] : .array(Array(replies.dropFirst()))
    }

    /// Several requests of one command each, as one that is replied with an array: what a node is sent of a request that was
    /// divided.
    package init(together requests: [Request]) {
        precondition(requests.allSatisfy { $0.kind == .plain && $0.replyCount == 1 })
        form = .together(requests.map(\.form))
        kind = .plain
        isReadOnly = requests.allSatisfy(\.isReadOnly)
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
