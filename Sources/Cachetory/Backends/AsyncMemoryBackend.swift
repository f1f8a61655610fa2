public import SmallFoundation

/// A bounded store in this process's memory, used from `async` code.
///
/// ```swift
/// let backend = AsyncMemoryBackend<Data>(limit: .entries(10_000))
/// try await backend.set("greeting", to: Data("Hello".utf8), timeToLive: .seconds(60))
/// ```
///
/// Copies of a backend, and the ``SyncMemoryBackend`` made from it, share one store. Any number of tasks and threads
/// may use it at once; no call suspends.
///
/// **Eviction.** Once the ``MemoryLimit`` is reached, each new entry displaces others by S3-FIFO (Yang et al., "FIFO
/// queues are all you need for cache eviction", SOSP '23), which keeps what is used again and again and lets pass what
/// is used once. A value that costs more than all may is not kept at all; with `ifNotExists` it is not set either, and
/// `set` says so, for locks are made of it.
///
/// A value that displaces many others is stored at once, and they go in steps before `set` returns; other callers get
/// their turn in between, and see more than the limit until then. So a call on one key keeps them waiting for
/// microseconds, however large the store is or grows. Calls on many keys are atomic and take longer, some hundred
/// nanoseconds for each key.
///
/// **Expiry.** A key is gone for every call from its deadline on. Its memory is freed when it is next asked for, or by
/// the other calls, each of which looks at one entry more than its own: after as many calls as there are entries,
/// nothing is left of it. Nothing runs in the background, so a store that nobody calls keeps what it has until
/// ``removeExpired()``. The room of removed entries is used again for others and given back by ``clear()``.
///
/// Time to live is counted on a clock that only goes forward; a deadline is compared with the calendar's time when it
/// is given, and setting the calendar's clock later moves it no more.
///
/// Keys are compared by their UTF-8 bytes, as in Redis. A hit takes about 90 ns:
/// `swift run -c release MemorySpeed`.
public struct AsyncMemoryBackend<Wire: Sendable>: AsyncBackend {
    let memory: TypedMemory<Wire>

    /// Makes an empty store.
    ///
    /// - Parameters:
    ///   - limit: how much it holds, 100,000 entries unless said otherwise.
    ///   - clock: what times to live are counted on.
    ///   - date: the calendar's time, which deadlines are compared with.
    public init(
        limit: MemoryLimit<Wire> = .standard,
        clock: some Clock<Duration> = ContinuousClock(),
        date: @escaping @Sendable () -> Date = { Date() }
    ) {
        memory = TypedMemory(limit: limit, clock: MemoryClock(clock, date: date))
    }

    /// The store of a blocking backend, for `async` code: what one sets, the other gets, and closing either closes
    /// both.
    public init(sharing backend: SyncMemoryBackend<Wire>) {
        memory = backend.memory
    }

    /// How many entries are stored, with those that have expired and were not noticed yet.
    public var count: Int { memory.count }

    /// Frees the memory of every key that has expired, which calls do by and by without it.
    ///
    /// Other callers get their turn in between; it takes some milliseconds for a million entries.
    ///
    /// - Returns: how many keys those were.
    /// - Throws: ``BackendError/closed``.
    @discardableResult
    public func removeExpired() async throws -> Int { try memory.removeExpired() }

    public func get(_ key: String) async throws -> Wire? { try memory.get(key) }

    public func getMany(_ keys: [String]) async throws -> [(key: String, value: Wire)] { try memory.getMany(keys) }

    @discardableResult
    public func set(_ key: String, to value: Wire, timeToLive: Duration?, ifNotExists: Bool) async throws -> Bool {
        try memory.set(key, to: value, timeToLive: timeToLive, ifNotExists: ifNotExists)
    }

    public func setMany(_ items: [(key: String, value: Wire)], timeToLive: Duration?) async throws {
        try memory.setMany(items, timeToLive: timeToLive)
    }

    @discardableResult
    public func expire(_ key: String, at deadline: Date?) async throws -> Bool { try memory.expire(key, at: deadline) }

    @discardableResult
    public func expire(_ key: String, in timeToLive: Duration?) async throws -> Bool {
        try memory.expire(key, in: timeToLive)
    }

    @discardableResult
    public func delete(_ key: String) async throws -> Bool { try memory.delete(key) }

    @discardableResult
    public func deleteMany(_ keys: [String]) async throws -> Int { try memory.deleteMany(keys) }

    public func clear() async throws { try memory.clear() }

    /// Removes every key that begins with a prefix. Other callers get their turn in between.
    public func clear(prefix: String) async throws { try memory.clear(prefix: prefix) }

    public func close() async { memory.close() }

    /// What is left to a key, nil if there is no such key.
    package func remainingTimeToLive(of key: String) throws -> TimeToLive? { try memory.remainingTimeToLive(of: key) }
}
