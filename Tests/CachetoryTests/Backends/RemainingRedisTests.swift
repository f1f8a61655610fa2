import Cachetory
import CachetoryLocalServer
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// What is left to keys, and values that are read and changed in one, on servers that are special.
@Suite(.timeLimit(.minutes(2))) struct RemainingRedisTests {
    private static let value = Data("value".utf8)

    private static let backends: [(String, @Sendable (String) throws -> any AsyncCacheBackend<Data>)] = [
        ("async", { try AsyncRedisBackend(url: $0) }),
        ("sync", { BlockingAdapter(base: try SyncRedisBackend(url: $0)) }),
    ]

    @Test(arguments: ["async", "sync"])
    func `a server before 6 point 2 does it in a transaction`(name: String) async throws {
        let old = ["--rename-command", "GETDEL", "", "--rename-command", "GETEX", ""]
        try await run(name, old) { backend, _ async throws in
            #expect(try await backend.touch("key", timeToLive: .seconds(60)) == nil)
            #expect(try await backend.getAndDelete("key") == nil)
            try await backend.set("key", to: Self.value)
            #expect(try await backend.touch("key", timeToLive: .seconds(60)) == Self.value)
            guard case .after(let left)? = try await backend.timeToLive(of: "key") else {
                Issue.record("the key has no time to live")
                return
            }
            #expect(left > .seconds(30) && left <= .seconds(60))
            #expect(try await backend.touch("key", timeToLive: nil) == Self.value)
            #expect(try await backend.timeToLive(of: "key") == .forever)
            #expect(try await backend.touch("key", timeToLive: .zero) == Self.value)
            #expect(try await backend.exists("key") == false)
            try await backend.set("key", to: Self.value)
            let taken = try await withThrowingTaskGroup(of: Data?.self) { group in
                for _ in 0..<100 { group.addTask { try await backend.getAndDelete("key") } }
                return try await group.reduce(into: 0) { count, value in if value != nil { count += 1 } }
            }
            #expect(taken == 1)
        }
    }

    @Test(arguments: ["async", "sync"])
    func `a value of another type is the server's error`(name: String) async throws {
        try await run(name, []) { backend, probe async throws in
            _ = try await probe.execute(["RPUSH", "list", "a"])
            try await backend.set("key", to: Self.value)
            await expectWrongType { _ = try await backend.getAndDelete("list") }
            await expectWrongType { _ = try await backend.touch("list", timeToLive: .seconds(60)) }
            await expectWrongType { _ = try await backend.touch("list", timeToLive: .zero) }
            await expectWrongType { _ = try await backend.getWithTimeToLive("list") }
            #expect(try await backend.exists("list"))
            #expect(try await backend.timeToLive(of: "list") == .forever)
            // As in `getMany`, it has no value there.
            #expect(try await backend.getManyWithTimeToLive(["list", "key"]).map(\.key) == ["key"])
        }
    }

    @Test(arguments: ["async", "sync"])
    func `no permission is the server's error`(name: String) async throws {
        let user = ["--user", "default", "on", "nopass", "~*", "&*", "+@all", "-pttl", "-getdel", "-getex"]
        try await run(name, user) { backend, _ async throws in
            try await backend.set("key", to: Self.value)
            await expectError("NOPERM") { _ = try await backend.timeToLive(of: "key") }
            await expectError("NOPERM") { _ = try await backend.getWithTimeToLive("key") }
            await expectError("NOPERM") { _ = try await backend.getManyWithTimeToLive(["key"]) }
            await expectError("NOPERM") { _ = try await backend.getAndDelete("key") }
            await expectError("NOPERM") { _ = try await backend.touch("key", timeToLive: nil) }
            #expect(try await backend.get("key") == Self.value)
        }
    }

    private func run(
        _ name: String, _ arguments: [String],
        _ test: (any AsyncCacheBackend<Data>, ConnectionPool) async throws -> Void
    ) async throws {
        let server = try await LocalRedisServer.start(arguments: arguments)
        let make = try #require(Self.backends.first { $0.0 == name }?.1)
        let backend = try make("redis://127.0.0.1:\(server.port)/0")
        let probe = try ConnectionPool(url: "redis://127.0.0.1:\(server.port)/0")
        try await test(backend, probe)
        await backend.close()
        await probe.close()
        try await onThread { server.stop() }
    }

    private func expectWrongType(_ body: () async throws -> Void) async {
        await expectError("WRONGTYPE", body)
    }

    private func expectError(_ code: String, _ body: () async throws -> Void) async {
        let error = await #expect(throws: RedisCallError.self) { try await body() }
        guard case .server(let refusal)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(refusal.code == code)
    }
}
