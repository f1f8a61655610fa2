import CachetoryRedis
public import CachetorySmallFoundation

/// A URL that names a backend.
///
/// ```swift
/// let backend = try CacheBackendURL("memory://").makeAsyncBackend()
/// try await backend.set("greeting", to: Data("Hello".utf8))
/// ```
///
/// | scheme | backend |
/// |---|---|
/// | `redis`, `rediss`, `unix`, `redis+unix`, `valkey`, `valkeys`, `valkey+unix` | Redis or Valkey: see ``RedisClientConfiguration/init(url:)`` |
/// | `redis+cluster`, `rediss+cluster`, `valkey+cluster`, `valkeys+cluster` | a cluster: see ``RedisClusterConfiguration/init(url:)`` |
/// | `memory` | a store of its own in this process, of 100,000 entries at most |
/// | `dummy` | one that keeps nothing |
public struct CacheBackendURL: Sendable {
    private enum Kind {
        case redis(RedisTopologyConfiguration)
        case memory
        case dummy
    }

    private let kind: Kind

    /// Every known scheme.
    public static let schemes = RedisURLScheme.spellings + ["memory", "dummy"]

    /// Reads a URL.
    ///
    /// - Throws: ``CacheBackendURLError``; ``RedisURLError`` for an error in a Redis URL beyond its scheme.
    public init(_ text: String) throws {
        guard let colon = text.firstRange(of: "://") else { throw CacheBackendURLError.noScheme }
        let scheme = text[..<colon.lowerBound].lowercased()
        switch scheme {
        case "memory", "dummy":
            guard colon.upperBound == text.endIndex else { throw CacheBackendURLError.unexpectedRest(scheme: scheme) }
            kind = scheme == "memory" ? .memory : .dummy
        default:
            guard RedisURLScheme(scheme) != nil else {
                throw CacheBackendURLError.unknownScheme(Self.mayBeScheme(scheme) ? scheme : nil)
            }
            kind = .redis(try RedisTopologyConfiguration(url: text))
        }
    }

    /// Whether text has only a scheme's characters, and may be shown; other text may be a secret.
    private static func mayBeScheme(_ text: String) -> Bool {
        text.utf8.count <= 40
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    }

    /// A new backend for `async` code, with connections or a store of its own.
    ///
    /// Nothing is connected before the first call, unless the URL has `min_connections`.
    ///
    /// - Throws: the system's error if no descriptor is left for a connection pool.
    public func makeAsyncBackend() throws -> any AsyncCacheBackend<Data> {
        switch kind {
        case .redis(let topology): try topology.makeAsyncBackend()
        case .memory: AsyncMemoryBackend<Data>()
        case .dummy: AsyncDummyBackend<Data>()
        }
    }

    /// A new backend for blocking code, with connections or a store of its own.
    ///
    /// Nothing is connected before the first call, unless the URL has `min_connections`.
    public func makeSyncBackend() throws -> any SyncCacheBackend<Data> {
        switch kind {
        case .redis(let topology): try topology.makeSyncBackend()
        case .memory: SyncMemoryBackend<Data>()
        case .dummy: SyncDummyBackend<Data>()
        }
    }
}
