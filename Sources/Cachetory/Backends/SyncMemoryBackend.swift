public import CachetorySmallFoundation

/// A bounded store in this process's memory, used from blocking code.
///
/// ```swift
/// let backend = SyncMemoryBackend<Data>(limit: .entries(10_000))
/// try backend.set("greeting", to: Data("Hello".utf8), timeToLive: .seconds(60))
/// ```
///
/// The store is that of ``AsyncMemoryBackend``, which describes eviction and expiry; copies, and an
/// ``AsyncMemoryBackend`` made from it, share one. Any number of threads may use it at once.
public struct SyncMemoryBackend<Wire: Sendable>: SyncCacheBackend {
    let memory: TypedMemory<Wire>

    /// Makes an empty store.
    ///
    /// - Parameters:
    ///   - limit: how much it holds, 100,000 entries unless said otherwise.
    ///   - clock: what times to live are counted on.
    ///   - date: the calendar's time, which deadlines are compared with.
    public init(
        limit: MemoryBackendLimit<Wire> = .standard,
        clock: some Clock<Duration> = ContinuousClock(),
        date: @escaping @Sendable () -> Date = { Date() }
    ) {
        memory = TypedMemory(limit: limit, clock: MemoryClock(clock, date: date))
    }

    /// The store of an asynchronous backend, for blocking code: what one sets, the other gets, and closing either
    /// closes both.
    public init(sharing backend: AsyncMemoryBackend<Wire>) {
        memory = backend.memory
    }

    /// How many entries are stored, with those that have expired and were not noticed yet.
    public var count: Int { memory.count }

    /// Frees the memory of every key that has expired, which calls do by and by without it.
    ///
    /// Other callers get their turn in between; it takes some milliseconds for a million entries.
    ///
    /// - Returns: how many keys those were.
    /// - Throws: ``CacheBackendError/closed``.
    @discardableResult
    public func removeExpired() throws -> Int { try memory.removeExpired() }

    public func get(_ key: String) throws -> Wire? { try memory.get(key) }

    public func getMany(_ keys: [String]) throws -> [(key: String, value: Wire)] { try memory.getMany(keys) }

    @discardableResult
    public func set(_ key: String, to value: Wire, timeToLive: Duration?, ifNotExists: Bool) throws -> Bool {
        try memory.set(key, to: value, timeToLive: timeToLive, ifNotExists: ifNotExists)
    }

    public func setMany(_ items: [(key: String, value: Wire)], timeToLive: Duration?) throws {
        try memory.setMany(items, timeToLive: timeToLive)
    }

    @discardableResult
    public func expire(_ key: String, at deadline: Date?) throws -> Bool { try memory.expire(key, at: deadline) }

    @discardableResult
    public func expire(_ key: String, in timeToLive: Duration?) throws -> Bool {
        try memory.expire(key, in: timeToLive)
    }

    @discardableResult
    public func delete(_ key: String) throws -> Bool { try memory.delete(key) }

    @discardableResult
    public func deleteMany(_ keys: [String]) throws -> Int { try memory.deleteMany(keys) }

    public func timeToLive(of key: String) throws -> RemainingTimeToLive? { try memory.timeToLive(of: key) }

    public func exists(_ key: String) throws -> Bool { try memory.exists(key) }

    public func getAndDelete(_ key: String) throws -> Wire? { try memory.getAndDelete(key) }

    @discardableResult
    public func touch(_ key: String, timeToLive: Duration?) throws -> Wire? {
        try memory.touch(key, timeToLive: timeToLive)
    }

    public func getWithTimeToLive(_ key: String) throws -> (value: Wire, timeToLive: RemainingTimeToLive)? {
        try memory.getWithTimeToLive(key)
    }

    public func getManyWithTimeToLive(
        _ keys: [String]
    ) throws -> [(key: String, value: Wire, timeToLive: RemainingTimeToLive)] {
        try memory.getManyWithTimeToLive(keys)
    }

    public func clear() throws { try memory.clear() }

    /// Removes every key that begins with a prefix. Other callers get their turn in between.
    public func clear(prefix: String) throws { try memory.clear(prefix: prefix) }

    public func close() { memory.close() }
}
