import CachetoryRedis
public import CachetorySmallFoundation

extension AsyncRedisBackend {
    /// What is left of a key's time to live, in whole milliseconds, or nil if there is no such key. Redis: `PTTL`
    public func timeToLive(of key: String) async throws -> RemainingTimeToLive? {
        try RedisOperations.remaining(await send(RedisOperations.timeToLive(of: key)))
    }

    /// Whether a key exists, whatever its type. Redis: `EXISTS`
    public func exists(_ key: String) async throws -> Bool {
        try RedisOperations.count(await send(RedisOperations.exists(key))) > 0
    }

    /// Removes a key and returns its value, or nil if it had none. Redis: `GETDEL`
    ///
    /// A server before Redis 6.2 does not know it. There it takes a second round trip, `GET` and `UNLINK` in `MULTI`
    /// and `EXEC`, which removes a value of another type, too, and then throws.
    public func getAndDelete(_ key: String) async throws -> Data? {
        var reply = try await send(RedisOperations.getAndDelete(key))
        if RedisOperations.isUnknownCommand(reply) {
            reply = try await send(RedisOperations.getAndDeleteInTransaction(key))
        }
        return try RedisOperations.changedValue(reply)
    }

    /// The value of a key, which lives for a duration from now on. Redis: `GETEX` with `PX`, or with `PERSIST` for nil;
    /// `GETDEL` for zero or less
    ///
    /// A server before Redis 6.2 does not know them. There it takes a second round trip, `GET` and `PEXPIRE`, `PERSIST`
    /// or `UNLINK` in `MULTI` and `EXEC`.
    @discardableResult
    public func touch(_ key: String, timeToLive: Duration?) async throws -> Data? {
        var reply = try await send(RedisOperations.touch(key, timeToLive: timeToLive))
        if RedisOperations.isUnknownCommand(reply) {
            reply = try await send(RedisOperations.touchInTransaction(key, timeToLive: timeToLive))
        }
        return try RedisOperations.changedValue(reply)
    }

    /// The value of a key and what is left of its time to live, or nil if it has no value. Redis: `PTTL`, then `GET`
    ///
    /// One round trip, without a transaction. If another caller sets the key between the two commands, the value is the
    /// new one and the time that of the old one. Where the key did not exist before, it is asked for once more; if that
    /// happens again, the time is a millisecond.
    public func getWithTimeToLive(
        _ key: String
    ) async throws -> (value: Data, timeToLive: RemainingTimeToLive)? {
        let request = RedisOperations.getWithTimeToLive(key)
        var found = try RedisOperations.foundValue(await send(request))
        if let first = found, first.timeToLive == nil { found = try RedisOperations.foundValue(await send(request)) }
        guard let found else { return nil }
        return (found.value, found.reportedTimeToLive)
    }

    /// The values of those keys that have one, with what is left of their times to live, in the order asked. Redis:
    /// `PTTL` for each key, then `MGET`
    ///
    /// One round trip, without a transaction: see ``getWithTimeToLive(_:)``. On a cluster it is `PTTL` and `GET` for
    /// each key, sent to all nodes at the same time.
    public func getManyWithTimeToLive(
        _ keys: [String]
    ) async throws -> [(key: String, value: Data, timeToLive: RemainingTimeToLive)] {
        if keys.isEmpty {
            try client.checkOpen()
            return []
        }
        var lookup = RedisRemainingLookup(of: keys, oneByOne: client.isCluster)
        while !lookup.isDone { try lookup.add(await send(lookup.request)) }
        return lookup.answer
    }
}
