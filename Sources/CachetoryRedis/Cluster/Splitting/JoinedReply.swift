package import CachetoryRESP

/// Puts the replies to the parts of a request together, in whatever order they come: into what one server would have
/// replied to the whole. A pure value.
package struct JoinedReply: Sendable {
    private let split: RequestSplit

    /// A reply for each key, where that is what the whole request is replied with.
    private var values: [RESPReply]
    private var count: Int64 = 0

    /// How many parts have come.
    package private(set) var partsDone = 0

    package init(to split: RequestSplit) {
        self.split = split
        values = split.replyForm == .values ? [RESPReply](repeating: .null, count: split.keyCount) : []
    }

    /// Takes in the reply to a part, or those to a command for each of its keys.
    ///
    /// - Throws: if the part was not executed, or is replied with something that it cannot be.
    package mutating func add(_ reply: RESPReply, toPart index: Int) throws(RedisCallError) {
        let part = split.parts[index]
        switch split.replyForm {
        case .values: try addValues(reply, part)
        case .count: try addCount(reply, part)
        case .done: try Self.checkDone(reply, part)
        }
        partsDone += 1
    }

    /// What the whole request is replied with, once all parts have come.
    package var reply: RESPReply {
        switch split.replyForm {
        case .values: .array(values)
        case .count: .integer(count)
        case .done: .simpleString("OK")
        }
    }

    private mutating func addValues(_ reply: RESPReply, _ part: RequestSplit.Part) throws(RedisCallError) {
        guard case .array(let replies) = reply, replies.count == part.indices.count else {
            throw Self.unexpected(reply, part)
        }
        for (index, value) in zip(part.indices, replies) {
            // To `MGET`, a key of another type has no value; to `GET`, it is an error.
            if value.errorCode == "WRONGTYPE" { continue }
            if value.isError { throw Self.unexpected(value, part) }
            values[index] = value
        }
    }

    private mutating func addCount(_ reply: RESPReply, _ part: RequestSplit.Part) throws(RedisCallError) {
        var replies = [reply]
        if case .array(let singles) = reply {
            guard singles.count == part.indices.count else { throw Self.unexpected(reply, part) }
            replies = singles
        }
        for reply in replies {
            guard case .integer(let number) = reply else { throw Self.unexpected(reply, part) }
            // Whatever a peer says is no reason to trap.
            count &+= number
        }
    }

    private static func checkDone(_ reply: RESPReply, _ part: RequestSplit.Part) throws(RedisCallError) {
        guard part.request.kind == .transaction else {
            if reply.isOK { return }
            throw unexpected(reply, part)
        }
        for reply in try reply.transactionReplies() where !reply.isOK { throw unexpected(reply, part) }
    }

    private static func unexpected(_ reply: RESPReply, _ part: RequestSplit.Part) -> RedisCallError {
        if case .error(let error) = reply { return .server(error) }
        return .unexpectedReply(command: part.request.subject(of: 0).name, reply: reply.summary)
    }
}
