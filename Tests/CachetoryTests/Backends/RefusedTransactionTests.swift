import Cachetory
import CachetoryLocalServer
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// Operations that are transactions, on a server that takes none.
@Suite(.timeLimit(.minutes(2))) struct RefusedTransactionTests {
    private static let user = [
        "--user", "default", "on", "nopass", "~*", "&*", "+@all", "-multi", "-exec", "-discard",
    ]

    private static let backends: [(String, @Sendable (String) throws -> any AsyncCacheBackend<Data>)] = [
        ("async", { try AsyncRedisBackend(url: $0) }),
        ("sync", { BlockingAdapter(base: try SyncRedisBackend(url: $0)) }),
    ]

    @Test(arguments: ["async", "sync"])
    func `all or none are set, and a time to live stays`(name: String) async throws {
        let server = try await LocalRedisServer.start(arguments: Self.user)
        let make = try #require(Self.backends.first { $0.0 == name }?.1)
        let backend = try make("redis://127.0.0.1:\(server.port)/0")
        try await backend.set("kept", to: Data("old".utf8), timeToLive: .seconds(1000), ifNotExists: false)
        let items = [("kept", Data("new".utf8)), ("other", Data("new".utf8))]
        await expectRefusal { try await backend.setMany(items, timeToLive: .seconds(60)) }
        await expectRefusal { _ = try await backend.expire("kept", in: nil) }
        await expectRefusal { _ = try await backend.expire("kept", at: nil) }
        #expect(try await backend.get("kept") == Data("old".utf8))
        #expect(try await backend.get("other") == nil)
        let probe = try ConnectionPool(url: "redis://127.0.0.1:\(server.port)/0")
        let left = try await probe.execute(["TTL", "kept"]).integer ?? 0
        #expect(left > 100)
        // Without a transaction all is as ever.
        try await backend.setMany(items, timeToLive: nil)
        #expect(try await backend.get("other") == Data("new".utf8))
        await backend.close()
        await probe.close()
        try await onThread { server.stop() }
    }

    private func expectRefusal(_ body: () async throws -> Void) async {
        let error = await #expect(throws: RedisCallError.self) { try await body() }
        guard case .server(let refusal)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(refusal.code == "NOPERM")
    }
}
