public import CachetoryRedis
public import CachetorySmallFoundation

/// A Redis or Valkey server, or a cluster of them, as a store, used from blocking code.
///
/// Each operation is one command, or one transaction, in one round trip on a connection leased from a pool; so each is
/// atomic on the server. On a cluster an operation on many keys is atomic for the keys of each slot alone. Connections
/// are made when first needed.
///
/// ```swift
/// let backend = try SyncRedisBackend(url: "redis://localhost")
/// try backend.set("greeting", to: Data("hello".utf8), timeToLive: .seconds(60))
/// let value = try backend.get("greeting")
/// backend.close()
/// ```
///
/// A call blocks its thread until the reply comes; with all connections in use, first until one is free. Do not call it
/// from `async` code.
///
/// Operations throw ``RedisCallError``, and ``CacheBackendError`` for a time to live that the server cannot hold,
/// before anything is sent.
public struct SyncRedisBackend: SyncCacheBackend {
    /// The client, for commands that are no backend operation. Closing it closes the backend.
    public let client: SyncRedisClient

    /// A backend for a connection URL such as `redis://user:password@localhost:6379/0` or
    /// `redis+cluster://a:7000,b:7000`.
    ///
    /// - Throws: ``RedisURLError``, which names what is wrong with the URL.
    public init(url: String) throws {
        client = try SyncRedisClient(url: url)
    }

    /// A backend for a server described in Swift types.
    ///
    /// - Throws: ``RedisClientConfigurationError`` for values that contradict each other.
    public init(_ configuration: RedisClientConfiguration) throws {
        client = try SyncRedisClient(configuration)
    }

    /// A backend for a cluster described in Swift types.
    ///
    /// - Throws: ``RedisClientConfigurationError`` for values that contradict each other.
    public init(_ configuration: RedisClusterConfiguration) throws {
        client = try SyncRedisClient(configuration)
    }

    @inline(__always)
    func send(_ request: Request) throws(RedisCallError) -> RESPReply {
        switch client.topology {
        case .server(let pool): try pool.send(request)
        case .cluster(let cluster): try cluster.send(request)
        }
    }

    /// The value of a key, or nil if it has none. Redis: `GET`
    ///
    /// Sent once more if its connection breaks, since it changes nothing.
    public func get(_ key: String) throws -> Data? {
        try RedisOperations.value(send(RedisOperations.get(key)))
    }

    /// The values of those keys that have one, in the order asked. Redis: `MGET`
    ///
    /// One round trip for any number of keys. Sent once more if its connection breaks, since it changes nothing. On a
    /// cluster it is an `MGET` for each slot, sent to all nodes at the same time.
    public func getMany(_ keys: [String]) throws -> [(key: String, value: Data)] {
        if keys.isEmpty {
            try client.checkOpen()
            return []
        }
        return try RedisOperations.values(send(RedisOperations.getMany(keys)), of: keys)
    }

    /// Sets a key. Redis: `SET` with `PX` and `NX`; `UNLINK` or `EXISTS` for a time to live of zero or less
    @discardableResult
    public func set(
        _ key: String, to value: Data, timeToLive: Duration?, ifNotExists: Bool
    ) throws -> Bool {
        let request = try RedisOperations.set(key, to: value, timeToLive: timeToLive, ifNotExists: ifNotExists)
        return try RedisOperations.wasSet(send(request), ifNotExists: ifNotExists)
    }

    /// Sets all the keys, or none. Redis: `MSET`; with a time to live `SET` with `PX` for each in `MULTI` and `EXEC`
    ///
    /// One round trip; one more before the first transaction on a connection, to check that the server accepts them. If
    /// it does not, nothing is set. On a cluster it is all or none of the keys of each slot.
    public func setMany(_ items: [(key: String, value: Data)], timeToLive: Duration?) throws {
        let request = try RedisOperations.setMany(items, timeToLive: timeToLive)
        if items.isEmpty { return try client.checkOpen() }
        try RedisOperations.checkAllSet(send(request))
    }

    /// Lets a key expire at a deadline. Redis: `PEXPIREAT`; `PERSIST` and `EXISTS` in `MULTI` and `EXEC` for nil
    @discardableResult
    public func expire(_ key: String, at deadline: Date?) throws -> Bool {
        try RedisOperations.count(send(RedisOperations.expire(key, at: deadline))) > 0
    }

    /// Lets a key expire after a duration. Redis: `PEXPIRE`; `UNLINK` for zero or less; for nil as with a deadline
    @discardableResult
    public func expire(_ key: String, in timeToLive: Duration?) throws -> Bool {
        try RedisOperations.count(send(RedisOperations.expire(key, in: timeToLive))) > 0
    }

    /// Removes a key. Redis: `UNLINK`, which frees the memory of a large value later
    ///
    /// - Returns: whether it existed.
    @discardableResult
    public func delete(_ key: String) throws -> Bool {
        try RedisOperations.count(send(RedisOperations.delete(key))) > 0
    }

    /// Removes keys. Redis: `UNLINK`, which frees the memory of large values later
    ///
    /// One round trip for any number of keys. On a cluster it is an `UNLINK` for each slot, sent to all nodes at the
    /// same time.
    ///
    /// - Returns: how many of them existed; a key given twice counts once.
    @discardableResult
    public func deleteMany(_ keys: [String]) throws -> Int {
        if keys.isEmpty {
            try client.checkOpen()
            return 0
        }
        return try RedisOperations.count(send(RedisOperations.deleteMany(keys)))
    }

    /// Removes every key of the database that the URL names. Redis: `FLUSHDB ASYNC`, which frees the memory
    /// later; `FLUSHDB` on a server before Redis 4
    ///
    /// On a cluster it is sent to each primary, and up to twice again if slots were moved meanwhile. If it fails on
    /// some of them, ``RedisCallError/cluster(_:)`` names those.
    public func clear() throws {
        try client.onEachPrimaryUntilSettled { pool in
            var reply = try pool.send(RedisOperations.clear)
            if RedisOperations.knowsNoAsync(reply) { reply = try pool.send(RedisOperations.clearAtOnce) }
            try RedisOperations.checkDone(reply)
        }
    }

    /// Removes every key that begins with a prefix. Redis: `SCAN` with `MATCH` and `UNLINK`, until all keys are seen
    ///
    /// Two round trips for each thousand keys of the database, with any prefix; none of them blocks the server for
    /// long. For an empty prefix it is ``clear()``. On a cluster it is done on each primary, and up to twice again if
    /// slots were moved meanwhile.
    public func clear(prefix: String) throws {
        if prefix.isEmpty { return try clear() }
        try client.onEachPrimaryUntilSettled { pool in
            var cursor = KeyScan.start
            repeat {
                let page = try KeyScan.page(pool.send(KeyScan.request(prefix: prefix, from: cursor)))
                if !page.keys.isEmpty {
                    let deletion = KeyScan.deletion(of: page.keys, oneByOne: client.isCluster)
                    for reply in try client.pipeline(deletion) { _ = try RedisOperations.count(reply) }
                }
                cursor = page.next
            } while cursor != KeyScan.start
        }
    }

    /// Closes the connections, after the calls in flight have had five seconds at most to finish.
    public func close() {
        client.close()
    }
}
