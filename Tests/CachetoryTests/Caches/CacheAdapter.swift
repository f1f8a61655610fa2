import Foundation

@testable import Cachetory

/// Shows a cache as a backend, so that the conformance suite tests it too.
struct AsyncCacheAdapter: AsyncCacheBackend {
    /// Makes a cache of the same backend with another prefix.
    let part: @Sendable (_ prefix: String) -> AsyncCache<Data>
    let cache: AsyncCache<Data>

    init(_ backend: some AsyncCacheBackend<Data>) {
        part = { AsyncCache(backend: backend, serializer: DataCacheSerializer(), prefix: cachePrefix + $0) }
        cache = part("")
    }

    func get(_ key: String) async throws -> Data? { try await cache.get(key) }

    func getMany(_ keys: [String]) async throws -> [(key: String, value: Data)] {
        zip(keys, try await cache.getEach(keys)).compactMap { key, value in value.map { (key, $0) } }
    }

    func set(_ key: String, to value: Data, timeToLive: Duration?, ifNotExists: Bool) async throws -> Bool {
        try await cache.set(
            key, to: value, timeToLive: CacheTimeToLive(timeToLive), ifNotExists: ifNotExists)
    }

    func setMany(_ items: [(key: String, value: Data)], timeToLive: Duration?) async throws {
        try await cache.setMany(items, timeToLive: CacheTimeToLive(timeToLive))
    }

    func expire(_ key: String, at deadline: Date?) async throws -> Bool { try await cache.expire(key, at: deadline) }

    func expire(_ key: String, in timeToLive: Duration?) async throws -> Bool {
        try await cache.expire(key, in: timeToLive)
    }

    func delete(_ key: String) async throws -> Bool { try await cache.delete(key) }

    func deleteMany(_ keys: [String]) async throws -> Int { try await cache.deleteMany(keys) }

    func timeToLive(of key: String) async throws -> RemainingTimeToLive? { try await cache.timeToLive(of: key) }

    func exists(_ key: String) async throws -> Bool { try await cache.exists(key) }

    func getAndDelete(_ key: String) async throws -> Data? { try await cache.getAndDelete(key) }

    func touch(_ key: String, timeToLive: Duration?) async throws -> Data? {
        try await cache.touch(key, timeToLive: CacheTimeToLive(timeToLive))
    }

    /// A cache asks that of its backend, and does not offer it.
    func getWithTimeToLive(_ key: String) async throws -> (value: Data, timeToLive: RemainingTimeToLive)? {
        try await cache.store.getWithTimeToLive(key)
    }

    func getManyWithTimeToLive(
        _ keys: [String]
    ) async throws -> [(key: String, value: Data, timeToLive: RemainingTimeToLive)] {
        try await cache.store.getManyWithTimeToLive(keys)
    }

    func clear() async throws { try await cache.clear() }

    /// A cache clears its own prefix, so another one has to do it.
    func clear(prefix: String) async throws { try await part(prefix).clear() }

    func close() async { await cache.close() }
}

/// Shows a blocking cache as a backend.
struct SyncCacheAdapter: SyncCacheBackend {
    /// Makes a cache of the same backend with another prefix.
    let part: @Sendable (_ prefix: String) -> SyncCache<Data>
    let cache: SyncCache<Data>

    init(_ backend: some SyncCacheBackend<Data>) {
        part = { SyncCache(backend: backend, serializer: DataCacheSerializer(), prefix: cachePrefix + $0) }
        cache = part("")
    }

    func get(_ key: String) throws -> Data? { try cache.get(key) }

    func getMany(_ keys: [String]) throws -> [(key: String, value: Data)] {
        zip(keys, try cache.getEach(keys)).compactMap { key, value in value.map { (key, $0) } }
    }

    func set(_ key: String, to value: Data, timeToLive: Duration?, ifNotExists: Bool) throws -> Bool {
        try cache.set(
            key, to: value, timeToLive: CacheTimeToLive(timeToLive), ifNotExists: ifNotExists)
    }

    func setMany(_ items: [(key: String, value: Data)], timeToLive: Duration?) throws {
        try cache.setMany(items, timeToLive: CacheTimeToLive(timeToLive))
    }

    func expire(_ key: String, at deadline: Date?) throws -> Bool { try cache.expire(key, at: deadline) }

    func expire(_ key: String, in timeToLive: Duration?) throws -> Bool { try cache.expire(key, in: timeToLive) }

    func delete(_ key: String) throws -> Bool { try cache.delete(key) }

    func deleteMany(_ keys: [String]) throws -> Int { try cache.deleteMany(keys) }

    func timeToLive(of key: String) throws -> RemainingTimeToLive? { try cache.timeToLive(of: key) }

    func exists(_ key: String) throws -> Bool { try cache.exists(key) }

    func getAndDelete(_ key: String) throws -> Data? { try cache.getAndDelete(key) }

    func touch(_ key: String, timeToLive: Duration?) throws -> Data? {
        try cache.touch(key, timeToLive: CacheTimeToLive(timeToLive))
    }

    /// A cache asks that of its backend, and does not offer it.
    func getWithTimeToLive(_ key: String) throws -> (value: Data, timeToLive: RemainingTimeToLive)? {
        try cache.store.getWithTimeToLive(key)
    }

    func getManyWithTimeToLive(
        _ keys: [String]
    ) throws -> [(key: String, value: Data, timeToLive: RemainingTimeToLive)] {
        try cache.store.getManyWithTimeToLive(keys)
    }

    func clear() throws { try cache.clear() }

    func clear(prefix: String) throws { try part(prefix).clear() }

    func close() { cache.close() }
}

extension CacheTimeToLive {
    /// That of a backend, where nil is for ever.
    fileprivate init(_ timeToLive: Duration?) {
        self = timeToLive.map { .after($0) } ?? .forever
    }
}

/// With everything that means something in a pattern of Redis.
private let cachePrefix = "cache*[a-z]?\\:"

extension BackendUnderTest {
    /// The same, with a cache before it.
    var throughCache: BackendUnderTest {
        BackendUnderTest("\(testDescription), through a cache", isAtomicAcrossSlots: isAtomicAcrossSlots) {
            let base = try await make()
            return Instance(
                Self.cached(base.backend), remaining: { try await base.remaining(cachePrefix + $0) }, now: base.now,
                advance: base.advance, isClosed: base.isClosed, tearDown: base.tearDown)
        }
    }

    private static func cached(_ backend: any AsyncCacheBackend<Data>) -> any AsyncCacheBackend<Data> {
        switch backend {
        case let blocking as BlockingAdapter<SyncMemoryBackend<Data>>:
            BlockingAdapter(base: SyncCacheAdapter(blocking.base))
        case let blocking as BlockingAdapter<SyncRedisBackend>:
            BlockingAdapter(base: SyncCacheAdapter(blocking.base))
        default: AsyncCacheAdapter(backend)
        }
    }
}
