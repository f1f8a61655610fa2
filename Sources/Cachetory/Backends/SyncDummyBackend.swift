public import CachetorySmallFoundation
import Synchronization

/// A backend that stores nothing, used from blocking code: for tests, and to switch a cache off.
///
/// ```swift
/// let backend: any SyncCacheBackend<Data> = isCacheOn ? SyncMemoryBackend() : SyncDummyBackend()
/// ```
///
/// It behaves as a store whose keys expire at once: every `get` is a miss, every `set` succeeds, and there is nothing
/// to expire or to delete. So `set` with `ifNotExists` returns true to every caller: do not use it for locks. It
/// refuses what other backends refuse: a time to live that no store can hold, and calls after ``close()``.
public final class SyncDummyBackend<Wire: Sendable>: SyncCacheBackend {
    private let isClosed = Atomic(false)

    /// Creates the backend.
    public init() {}

    public func get(_ key: String) throws -> Wire? {
        try checkOpen()
        return nil
    }

    public func getMany(_ keys: [String]) throws -> [(key: String, value: Wire)] {
        try checkOpen()
        return []
    }

    @discardableResult
    public func set(_ key: String, to value: Wire, timeToLive: Duration?, ifNotExists: Bool) throws -> Bool {
        _ = try TimeToLive(timeToLive)
        try checkOpen()
        return true
    }

    public func setMany(_ items: [(key: String, value: Wire)], timeToLive: Duration?) throws {
        _ = try TimeToLive(timeToLive)
        try checkOpen()
    }

    @discardableResult
    public func expire(_ key: String, at deadline: Date?) throws -> Bool {
        if let deadline { _ = try TimeToLive.millisecondsSince1970(of: deadline) }
        try checkOpen()
        return false
    }

    @discardableResult
    public func expire(_ key: String, in timeToLive: Duration?) throws -> Bool {
        _ = try TimeToLive(timeToLive)
        try checkOpen()
        return false
    }

    @discardableResult
    public func delete(_ key: String) throws -> Bool {
        try checkOpen()
        return false
    }

    @discardableResult
    public func deleteMany(_ keys: [String]) throws -> Int {
        try checkOpen()
        return 0
    }

    public func timeToLive(of key: String) throws -> RemainingTimeToLive? {
        try checkOpen()
        return nil
    }

    public func exists(_ key: String) throws -> Bool {
        try checkOpen()
        return false
    }

    public func getAndDelete(_ key: String) throws -> Wire? {
        try checkOpen()
        return nil
    }

    @discardableResult
    public func touch(_ key: String, timeToLive: Duration?) throws -> Wire? {
        _ = try TimeToLive(timeToLive)
        try checkOpen()
        return nil
    }

    public func getWithTimeToLive(_ key: String) throws -> (value: Wire, timeToLive: RemainingTimeToLive)? {
        try checkOpen()
        return nil
    }

    public func getManyWithTimeToLive(
        _ keys: [String]
    ) throws -> [(key: String, value: Wire, timeToLive: RemainingTimeToLive)] {
        try checkOpen()
        return []
    }

    public func clear() throws { try checkOpen() }

    public func clear(prefix: String) throws { try checkOpen() }

    public func close() { isClosed.store(true, ordering: .relaxed) }

    private func checkOpen() throws {
        if isClosed.load(ordering: .relaxed) { throw CacheBackendError.closed }
    }
}
