public import CachetorySmallFoundation

/// A store of wire values by key, used from `async` code.
///
/// Every operation is atomic unless it says otherwise, those on many keys too: another caller sees all of its effect or
/// none. A store that is divided among servers, such as a Redis Cluster, promises that for the keys of each part alone.
/// An operation on no keys does and sends nothing; after ``close()`` it fails as any other.
///
/// A time to live of nil never expires. Zero or less expires at once: the key is gone after the call. The unit is the
/// millisecond: a shorter positive time counts as one, and a deadline is rounded up.
///
/// ```swift
/// func remember(_ text: String, in backend: some AsyncCacheBackend<Data>) async throws {
///     try await backend.set("greeting", to: Data(text.utf8), timeToLive: .seconds(60))
/// }
/// ```
public protocol AsyncCacheBackend<Wire>: Sendable {
    /// What the store holds: `Data` in Redis; any `Sendable` type in memory.
    associatedtype Wire: Sendable

    /// The value of a key, or nil if it has none. An empty value is a value.
    func get(_ key: String) async throws -> Wire?

    /// The values of those keys that have one, in the order asked. A key asked twice is answered twice.
    func getMany(_ keys: [String]) async throws -> [(key: String, value: Wire)]

    /// Sets a key, replacing its time to live with the one given.
    ///
    /// - Returns: whether the value was set. False only with `ifNotExists`: the key exists, or the value costs more
    ///   than a memory store's whole limit.
    @discardableResult
    func set(_ key: String, to value: Wire, timeToLive: Duration?, ifNotExists: Bool) async throws -> Bool

    /// Sets all the keys or, if it throws, none. Of a key given twice the last value stays.
    func setMany(_ items: [(key: String, value: Wire)], timeToLive: Duration?) async throws

    /// Lets a key expire at a deadline; nil keeps it for ever, one that has passed removes it.
    ///
    /// - Returns: whether the key exists.
    @discardableResult
    func expire(_ key: String, at deadline: Date?) async throws -> Bool

    /// Lets a key expire after a duration; nil keeps it for ever, zero or less removes it.
    ///
    /// - Returns: whether the key exists.
    @discardableResult
    func expire(_ key: String, in timeToLive: Duration?) async throws -> Bool

    /// Removes a key.
    ///
    /// - Returns: whether it existed.
    @discardableResult
    func delete(_ key: String) async throws -> Bool

    /// Removes keys.
    ///
    /// - Returns: how many of them existed; a key given twice counts once.
    @discardableResult
    func deleteMany(_ keys: [String]) async throws -> Int

    /// What is left of a key's time to live, or nil if there is no such key. One round trip.
    ///
    /// A store rounds to the millisecond. The default implementation asks ``getWithTimeToLive(_:)``.
    func timeToLive(of key: String) async throws -> RemainingTimeToLive?

    /// Whether a key exists. One round trip.
    ///
    /// The default implementation gets its value.
    func exists(_ key: String) async throws -> Bool

    /// Removes a key and returns its value, or nil if it had none. One round trip.
    ///
    /// Of many concurrent callers one gets the value. The default implementation is not atomic: it gets and then
    /// deletes, so a value that is set in between is lost.
    func getAndDelete(_ key: String) async throws -> Wire?

    /// The value of a key, or nil if it has none; the key lives for a duration from now on. One round trip.
    ///
    /// A time to live of nil keeps it for ever, zero or less removes it. The default implementation is not atomic: it
    /// gets and then expires.
    @discardableResult
    func touch(_ key: String, timeToLive: Duration?) async throws -> Wire?

    /// The value of a key and what is left of its time to live, or nil if it has no value. One round trip.
    ///
    /// Over Redis it is not atomic: see ``AsyncRedisBackend/getWithTimeToLive(_:)``. The default implementation throws
    /// ``CacheBackendError/cannotTellTimeToLive``.
    func getWithTimeToLive(_ key: String) async throws -> (value: Wire, timeToLive: RemainingTimeToLive)?

    /// The values of those keys that have one, with what is left of their times to live, in the order asked. One round
    /// trip.
    ///
    /// A key asked twice is answered twice. It is as atomic as ``getWithTimeToLive(_:)``. The default implementation
    /// throws ``CacheBackendError/cannotTellTimeToLive``.
    func getManyWithTimeToLive(
        _ keys: [String]
    ) async throws -> [(key: String, value: Wire, timeToLive: RemainingTimeToLive)]

    /// Removes every key of the store, whoever set it.
    func clear() async throws

    /// Removes every key that begins with a prefix; all of them if it is empty.
    ///
    /// It is not atomic: a key that is set meanwhile may go or stay. The default implementation removes all or throws
    /// ``CacheBackendError/cannotClearPrefix``.
    func clear(prefix: String) async throws

    /// Releases what the backend holds. Calls after it fail; closing twice does no harm.
    func close() async
}

extension AsyncCacheBackend {
    /// Sets a key; by default for ever, and whether it exists or not.
    @discardableResult
    public func set(_ key: String, to value: Wire, timeToLive: Duration? = nil) async throws -> Bool {
        try await set(key, to: value, timeToLive: timeToLive, ifNotExists: false)
    }

    /// Sets a key for ever; with `ifNotExists`, only a key that does not exist yet.
    @discardableResult
    public func set(_ key: String, to value: Wire, ifNotExists: Bool) async throws -> Bool {
        try await set(key, to: value, timeToLive: nil, ifNotExists: ifNotExists)
    }

    /// Sets all the keys or, if it throws, none, for ever.
    public func setMany(_ items: [(key: String, value: Wire)]) async throws {
        try await setMany(items, timeToLive: nil)
    }

    /// Removes every key if the prefix is empty, and nothing otherwise.
    ///
    /// - Throws: ``CacheBackendError/cannotClearPrefix`` for a prefix that is not empty.
    public func clear(prefix: String) async throws {
        guard prefix.isEmpty else { throw CacheBackendError.cannotClearPrefix }
        try await clear()
    }
}
