import Cachetory
import CachetoryLocalServer
import CachetoryTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct BackendURLTests {
    @Test(arguments: [
        ("redis://localhost", true), ("REDISS://localhost", true), ("unix:///tmp/redis.sock", true),
        ("redis+unix:///tmp/redis.sock", true), ("valkey://localhost:1/2", true), ("memory://", false),
        ("dummy://", false),
    ])
    func `a scheme makes its backend`(_ url: String, _ isRedis: Bool) async throws {
        let async = try CacheBackendURL(url).makeAsyncBackend()
        let sync = try CacheBackendURL(url).makeSyncBackend()
        #expect((async is AsyncRedisBackend) == isRedis)
        #expect((sync is SyncRedisBackend) == isRedis)
        #expect((async is AsyncMemoryBackend<Data>) == (url == "memory://"))
        #expect((sync is SyncDummyBackend<Data>) == (url == "dummy://"))
        await async.close()
        sync.close()
    }

    @Test(arguments: [
        ("memcached://localhost", CacheBackendURLError.unknownScheme("memcached")), ("localhost", .noScheme),
        ("", .noScheme), ("memory://10", .unexpectedRest(scheme: "memory")),
        ("dummy://?a=b", .unexpectedRest(scheme: "dummy")),
    ])
    func `what is no URL of a backend is an error`(_ url: String, _ error: CacheBackendURLError) {
        #expect(throws: error) { try CacheBackendURL(url) }
    }

    @Test func `an unknown scheme is told the known ones`() {
        let text = "\(CacheBackendURLError.unknownScheme("memcached"))"
        for scheme in ["redis", "rediss", "redis+unix", "unix", "valkey", "redis+cluster", "memory", "dummy"] {
            #expect(text.contains("\(scheme)://"))
        }
        #expect(throws: RedisURLError.self) { try CacheBackendURL("redis://host:port") }
    }

    @Test(arguments: ["redis+cluster", "REDISS+Cluster", "valkey+cluster", "valkeys+cluster"])
    func `a cluster has schemes of its own`(scheme: String) {
        #expect(CacheBackendURL.schemes.contains(scheme.lowercased()))
        #expect(throws: Never.self) { try CacheBackendURL("\(scheme)://app:secret@a:7000,b:7000/0?max_connections=2") }
        #expect(throws: RedisURLError.self) { try CacheBackendURL("\(scheme)://a:7000,b:port") }
    }

    @Test func `a cache is made of two strings`() async throws {
        let server = try await LocalRedisServer.start()
        let serializer = "json+zlib://?compression-level=3"
        let cache = try AsyncCache<[String: Int]>(url: server.url, serializer: serializer, prefix: "n:")
        try await cache.set("key", to: ["one": 1])
        #expect(try await cache.get("key") == ["one": 1])
        await cache.close()
        try await onThreads(1) { _ in
            let cache = try SyncCache<[String: Int]>(url: server.unixURL, serializer: serializer, prefix: "n:")
            #expect(try cache["key"] == ["one": 1])
            cache.close()
        }
        server.stop()
    }
}
