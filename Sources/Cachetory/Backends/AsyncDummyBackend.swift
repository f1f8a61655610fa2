public import CachetorySmallFoundation

/// A backend that stores nothing, used from `async` code: for tests, and to switch a cache off.
///
/// ```swift
/// let backend: any AsyncCacheBackend<Data> = isCacheOn ? AsyncMemoryBackend() : AsyncDummyBackend()
/// ```
///
/// It answers as ``SyncDummyBackend`` does, and no call suspends.
public struct AsyncDummyBackend<Wire: Sendable>: AsyncCacheBackend {
    private let dummy = SyncDummyBackend<Wire>()

    /// Creates the backend.
    public init() {}

    public func get(_ key: String) async throws -> Wire? { try dummy.get(key) }

    public func getMany(_ keys: [String]) async throws -> [(key: String, value: Wire)] { try dummy.getMany(keys) }

    @discardableResult
    public func set(_ key: String, to value: Wire, timeToLive: Duration?, ifNotExists: Bool) async throws -> Bool {
        try dummy.set(key, to: value, timeToLive: timeToLive, ifNotExists: ifNotExists)
    }

    public func setMany(_ items: [(key: String, value: Wire)], timeToLive: Duration?) async throws {
        try dummy.setMany(items, timeToLive: timeToLive)
    }

    @discardableResult
    public func expire(_ key: String, at deadline: Date?) async throws -> Bool { try dummy.expire(key, at: deadline) }

    @discardableResult
    public func expire(_ key: String, in timeToLive: Duration?) async throws -> Bool {
        try dummy.expire(key, in: timeToLive)
    }

    @discardableResult
    public func delete(_ key: String) async throws -> Bool { try dummy.delete(key) }

    @discardableResult
    public func deleteMany(_ keys: [String]) async throws -> Int { try dummy.deleteMany(keys) }

    public func timeToLive(of key: String) async throws -> RemainingTimeToLive? { try dummy.timeToLive(of: key) }

    public func exists(_ key: String) async throws -> Bool { try dummy.exists(key) }

    public func getAndDelete(_ key: String) async throws -> Wire? { try dummy.getAndDelete(key) }

    @discardableResult
    public func touch(_ key: String, timeToLive: Duration?) async throws -> Wire? {
        try dummy.touch(key, timeToLive: timeToLive)
    }

    public func getWithTimeToLive(_ key: String) async throws -> (value: Wire, timeToLive: RemainingTimeToLive)? {
        try dummy.getWithTimeToLive(key)
    }

    public func getManyWithTimeToLive(
        _ keys: [String]
    ) async throws -> [(key: String, value: Wire, timeToLive: RemainingTimeToLive)] {
        try dummy.getManyWithTimeToLive(keys)
    }

    public func clear() async throws { try dummy.clear() }

    public func clear(prefix: String) async throws { try dummy.clear(prefix: prefix) }

    public func close() async { dummy.close() }
}
