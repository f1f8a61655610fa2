import CachetoryRESP
import CachetoryRedis
import CachetorySmallFoundation

/// The commands of each backend operation and the meaning of their replies: the same for async and sync.
enum RedisOperations {
    static func get(_ key: String) -> Request {
        Request("GET", key: key, isReadOnly: true)
    }

    static func getMany(_ keys: [String]) -> Request {
        Request("MGET", keys: keys, isReadOnly: true)
    }

    /// A time to live of zero or less leaves no key: it is deleted; with `ifNotExists` an existing one stays.
    static func set(
        _ key: String, to value: Data, timeToLive: Duration?, ifNotExists: Bool
    ) throws(CacheBackendError) -> Request {
        switch try TimeToLive(timeToLive) {
        case .over: ifNotExists ? Request("EXISTS", key: key, isReadOnly: true) : delete(key)
        case .forever: Request(set: key, to: value, milliseconds: nil, ifNotExists: ifNotExists)
        case .milliseconds(let time):
            Request(set: key, to: value, milliseconds: Int(time), ifNotExists: ifNotExists)
        }
    }

    static func setMany(
        _ items: [(key: String, value: Data)], timeToLive: Duration?
    ) throws(CacheBackendError) -> Request {
        switch try TimeToLive(timeToLive) {
        case .over: deleteMany(items.map(\.key))
        case .forever: Request(setAll: items, milliseconds: nil)
        case .milliseconds(let time): Request(setAll: items, milliseconds: Int(time))
        }
    }

    static func expire(_ key: String, at deadline: Date?) throws(CacheBackendError) -> Request {
        guard let deadline else { return persist(key) }
        let milliseconds = try TimeToLive.millisecondsSince1970(of: deadline)
        return Request(["PEXPIREAT", .string(key), .integer(Int(milliseconds))])
    }

    static func expire(_ key: String, in timeToLive: Duration?) throws(CacheBackendError) -> Request {
        switch try TimeToLive(timeToLive) {
        case .forever: persist(key)
        case .over: delete(key)
        case .milliseconds(let time): Request(["PEXPIRE", .string(key), .integer(Int(time))])
        }
    }

    static func delete(_ key: String) -> Request {
        Request("UNLINK", key: key)
    }

    static func deleteMany(_ keys: [String]) -> Request {
        Request("UNLINK", keys: keys)
    }

    /// The server frees the memory later: millions of keys would block it for seconds.
    static let clear = Request(["FLUSHDB", "ASYNC"])

    /// For a server before Redis 4, which knows no `ASYNC`.
    static let clearAtOnce = Request(["FLUSHDB"])

    /// Whether a server refused ``clear`` because it does not know `ASYNC`.
    static func knowsNoAsync(_ reply: RESPReply) -> Bool {
        guard case .error(let error) = reply, error.code == "ERR" else { return false }
        let message = error.message.lowercased()
        return message.hasPrefix("syntax error") || message.hasPrefix("wrong number of arguments")
    }

    /// `PERSIST` alone does not tell a key without a time to live from one that does not exist.
    private static func persist(_ key: String) -> Request {
        Request(transaction: [["PERSIST", .string(key)], ["EXISTS", .string(key)]])
    }
}

// MARK: - What the replies mean

extension RedisOperations {
    static func value(_ reply: RESPReply, of command: String = "GET") throws(RedisCallError) -> Data? {
        switch reply {
        case .bulkString(let value): value
        case .null: nil
        default: throw unexpected(reply, to: command)
        }
    }

    static func values(_ reply: RESPReply, of keys: [String]) throws(RedisCallError) -> [(key: String, value: Data)] {
        guard case .array(let replies) = reply, replies.count == keys.count else {
            throw unexpected(reply, to: "MGET")
        }
        var found: [(key: String, value: Data)] = []
        found.reserveCapacity(keys.count)
        for (key, reply) in zip(keys, replies) {
            if let value = try value(reply) { found.append((key, value)) }
        }
        return found
    }

    /// Whether `SET` has set: `OK`, or null with `NX`. For a time to live of zero or less, a count.
    static func wasSet(_ reply: RESPReply, ifNotExists: Bool) throws(RedisCallError) -> Bool {
        switch reply {
        case _ where reply.isOK: true
        case .null: false
        case .integer(let count): ifNotExists ? count == 0 : true
        default: throw unexpected(reply, to: "SET")
        }
    }

    /// Checks that everything was set; in a transaction an error may be among the replies.
    static func checkAllSet(_ reply: RESPReply) throws(RedisCallError) {
        switch reply {
        case _ where reply.isOK: return
        case .integer: return
        case .array:
            for reply in try reply.transactionReplies() where !reply.isOK { throw unexpected(reply, to: "SET") }
        default: throw unexpected(reply, to: "MSET")
        }
    }

    /// The reply's number; of a transaction, the last one's, if no other is an error.
    static func count(_ reply: RESPReply) throws(RedisCallError) -> Int {
        switch reply {
        case .integer(let count): return Int(count)
        case .array:
            let replies = try reply.transactionReplies()
            for case .error(let error) in replies { throw .server(error) }
            guard let last = replies.last else { throw unexpected(reply, to: "EXEC") }
            return try count(last)
        default: throw unexpected(reply, to: "a command that counts")
        }
    }

    static func checkDone(_ reply: RESPReply) throws(RedisCallError) {
        guard reply.isOK else { throw unexpected(reply, to: "FLUSHDB") }
    }

    static func unexpected(_ reply: RESPReply, to command: String) -> RedisCallError {
        if case .error(let error) = reply { return .server(error) }
        return .unexpectedReply(command: command, reply: reply.summary)
    }
}
