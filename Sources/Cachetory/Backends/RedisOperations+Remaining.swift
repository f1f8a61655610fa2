import CachetoryRESP
import CachetoryRedis
import CachetorySmallFoundation

// What is left to a key, and operations that are two in one: the same for async and sync.
extension RedisOperations {
    static func timeToLive(of key: String) -> Request {
        Request("PTTL", key: key, isReadOnly: true)
    }

    static func exists(_ key: String) -> Request {
        Request("EXISTS", key: key, isReadOnly: true)
    }

    static func getAndDelete(_ key: String) -> Request {
        Request("GETDEL", key: key)
    }

    /// A time to live of zero or less leaves no key: it is deleted.
    static func touch(_ key: String, timeToLive: Duration?) throws(CacheBackendError) -> Request {
        switch try TimeToLive(timeToLive) {
        case .over: getAndDelete(key)
        case .forever: Request(["GETEX", .string(key), "PERSIST"])
        case .milliseconds(let time): Request(["GETEX", .string(key), "PX", .integer(Int(time))])
        }
    }

    /// The time to live comes first: a value that is set in between, for as long as the one before, then seems to live
    /// shorter than it does. One that is set for a shorter time seems to live as long as the one before.
    static func getWithTimeToLive(_ key: String) -> Request {
        Request(.reading("PTTL", .string(key)), [.reading("GET", .string(key))])
    }
}

// MARK: - For a server before Redis 6.2, which knows neither `GETDEL` nor `GETEX`

extension RedisOperations {
    /// Whether a server refused a command because it does not know it, or it was renamed.
    static func isUnknownCommand(_ reply: RESPReply) -> Bool {
        guard case .error(let error) = reply, error.code == "ERR" else { return false }
        return error.message.lowercased().hasPrefix("unknown")
    }

    /// ``getAndDelete(_:)`` of two commands. It deletes a value of another type, too.
    static func getAndDeleteInTransaction(_ key: String) -> Request {
        Request(transaction: [["GET", .string(key)], ["UNLINK", .string(key)]])
    }

    /// ``touch(_:timeToLive:)`` of two commands.
    static func touchInTransaction(_ key: String, timeToLive: Duration?) throws(CacheBackendError) -> Request {
        let expiry: RESPCommand
        switch try TimeToLive(timeToLive) {
        case .over: return getAndDeleteInTransaction(key)
        case .forever: expiry = ["PERSIST", .string(key)]
        case .milliseconds(let time): expiry = ["PEXPIRE", .string(key), .integer(Int(time))]
        }
        return Request(transaction: [["GET", .string(key)], expiry])
    }
}

// MARK: - What the replies mean

extension RedisOperations {
    /// A value, and what is left to its key; nil if there was no such key yet when that was asked.
    struct FoundValue: Equatable {
        let value: Data
        let timeToLive: RemainingTimeToLive?

        /// What the caller gets: a millisecond, if the key was missing each time that its time to live was asked for.
        var reportedTimeToLive: RemainingTimeToLive { timeToLive ?? .after(.milliseconds(1)) }
    }

    /// What `PTTL` tells; nil if there is no such key.
    static func remaining(_ reply: RESPReply) throws(RedisCallError) -> RemainingTimeToLive? {
        switch reply {
        case .integer(-2): nil
        case .integer(-1): .forever
        case .integer(let milliseconds) where milliseconds >= 0: .after(.milliseconds(milliseconds))
        default: throw unexpected(reply, to: "PTTL")
        }
    }

    /// The value that `GETDEL` or `GETEX` answers; of a transaction, that of its first command, if no other is an
    /// error.
    static func changedValue(_ reply: RESPReply) throws(RedisCallError) -> Data? {
        guard case .array = reply else { return try value(reply, of: "GETDEL or GETEX") }
        let replies = try reply.transactionReplies()
        for case .error(let error) in replies { throw .server(error) }
        guard let first = replies.first else { throw unexpected(reply, to: "EXEC") }
        return try value(first)
    }

    /// The replies to ``getWithTimeToLive(_:)``.
    static func foundValue(_ reply: RESPReply) throws(RedisCallError) -> FoundValue? {
        guard case .array(let replies) = reply, replies.count == 2 else { throw unexpected(reply, to: "PTTL") }
        return try foundValue(replies[1], timeToLive: replies[0])
    }

    static func foundValue(_ reply: RESPReply, timeToLive: RESPReply) throws(RedisCallError) -> FoundValue? {
        let timeToLive = try remaining(timeToLive)
        guard let value = try value(reply) else { return nil }
        return FoundValue(value: value, timeToLive: timeToLive)
    }
}
