import Cachetory
import CachetoryLocalServer
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// A password is planted wherever one may be, and looked for in all that comes of it.
@Suite(.timeLimit(.minutes(5))) struct PlantedSecretTests {
    private static let secret = "hunter2"

    /// All ways in which an error or a configuration may be written to a log.
    private func texts(of value: Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        var texts = ["\(value)", String(reflecting: value), String(describing: value), dumped]
        if let error = value as? any Error {
            let bridged = error as NSError
            texts += [error.localizedDescription, bridged.description, bridged.debugDescription, "\(bridged.userInfo)"]
        }
        return texts + children(of: value)
    }

    private func children(of value: Any, depth: Int = 0) -> [String] {
        if depth > 5 { return [] }
        return Mirror(reflecting: value).children.flatMap { child in
            ["\(child.value)"] + children(of: child.value, depth: depth + 1)
        }
    }

    private func expectNoSecret(in value: Any, _ comment: String) {
        for text in texts(of: value) {
            #expect(!text.lowercased().contains(Self.secret), "\(comment): \(text)")
        }
    }

    private func error(_ body: () async throws -> Void) async -> any Error {
        do {
            try await body()
            Issue.record("there was no error")
            return CancellationError()
        } catch {
            return error
        }
    }

    // MARK: - What a server repeats

    @Test(arguments: ["2", "3"], ["", "app"])
    func `a server that does not know AUTH repeats the password, and no error does`(
        version: String, user: String
    ) async throws {
        let server = try await LocalRedisServer.start(arguments: [
            "--rename-command", "AUTH", "", "--rename-command", "HELLO", "",
        ])
        let url = server.url.replacing("redis://", with: "redis://\(user):\(Self.secret)@") + "?protocol=\(version)"
        let async = try AsyncRedisBackend(url: url)
        let refused = await error { _ = try await async.get("key") }
        #expect("\(refused)".contains("unknown command"))
        expectNoSecret(in: refused, "async")
        expectNoSecret(in: async.client, "client")
        let sync = try SyncRedisBackend(url: url)
        expectNoSecret(in: await error { try await onThread { _ = try sync.get("key") } }, "blocking")
        expectNoSecret(in: sync.client, "blocking client")
        await async.close()
        sync.close()
        try await onThread { server.stop() }
    }

    @Test func `nor does the error of a command that was renamed`() async throws {
        let server = try await LocalRedisServer.start(arguments: [
            "--rename-command", "AUTH", "", "--rename-command", "CONFIG", "",
        ])
        let pool = try ConnectionPool(url: server.url)
        let blocking = try SyncConnectionPool(url: server.url)
        let commands: [RESPCommand] = [
            ["AUTH", .string(Self.secret)], ["AUTH", "app", .string(Self.secret)],
            ["CONFIG", "SET", "requirepass", .string(Self.secret)], ["NOSUCH", .string(Self.secret)],
        ]
        for command in commands {
            expectNoSecret(
                in: await error { _ = try await pool.withConnection { try await $0.execute(command) } }, "leased")
            expectNoSecret(
                in: await error { try await onThread { _ = try blocking.withConnection { try $0.execute(command) } } },
                "leased blocking")
            if SessionStateNames.leased.contains(command) { continue }
            expectNoSecret(in: await error { _ = try await pool.execute(command) }, "shared")
            expectNoSecret(in: try await pool.pipeline([command, ["PING"]]), "a pipeline's reply")
            expectNoSecret(in: await error { _ = try await pool.transaction([command]) }, "a transaction")
        }
        await pool.close()
        try await onThread {
            blocking.close()
            server.stop()
        }
    }

    // MARK: - What a user mixes up

    @Test(arguments: [
        "redis://:hunter2@localhost", "redis://app:hunter2@localhost/0", "redis://localhost?password=hunter2",
        "redis://localhost?pass&hunter2", "hunter2@localhost", ":hunter2@localhost", "app:hunter2@redis://localhost",
        "redis:hunter2@localhost", "rediss://:hunter2@localhost?ssl_password=hunter2", "http://:hunter2@localhost",
        "redis+hunter2@localhost", "json://:hunter2@localhost", "json+zlib://?password=hunter2",
        "json+zlib://?:hunter2@localhost=1", "memory://:hunter2@localhost", "unix://:hunter2@/run/redis.sock",
        "redis+cluster://:hunter2@a,b", "rediss+cluster://a,b?password=hunter2", "redis+cluster://:x,hunter2/y@a,b",
        "redis+cluster://app:hunter2@", "valkey+cluster://app:1?hunter2@a",
    ])
    func `no error repeats a URL`(url: String) async {
        expectNoSecret(in: await error { _ = try AnyCacheSerializer<[Int], Data>(url: url) }, "serializer")
        expectNoSecret(in: await error { _ = try AsyncCache<[Int]>(url: "json", serializer: url) }, "swapped")
        expectNoSecret(in: await error { _ = try SyncCache<[Int]>(url: "json", serializer: url) }, "swapped")
        do {
            expectNoSecret(in: try CacheBackendURL(url), "backend")
            expectNoSecret(in: try RedisClientConfiguration(url: url), "configuration")
        } catch {
            expectNoSecret(in: error, "backend")
        }
        do {
            expectNoSecret(in: try RedisClientConfiguration(url: url), "configuration")
        } catch {
            expectNoSecret(in: error, "configuration")
        }
        do {
            expectNoSecret(in: try RedisClusterConfiguration(url: url), "cluster")
        } catch {
            expectNoSecret(in: error, "cluster")
        }
    }

    @Test func `swapped arguments are known as such`() async {
        let serializer = await error { _ = try AsyncCache<[Int]>(url: "json+zlib", serializer: "redis://localhost") }
        #expect("\(serializer)".contains("a backend's URL"))
        let backend = await error { _ = try CacheBackendURL("json+zlib://") }
        #expect("\(backend)".contains("a serializer's URL"))
    }
}

/// Those of the commands above that only a leased connection takes.
private enum SessionStateNames {
    static let leased: [RESPCommand] = [["AUTH", "hunter2"], ["AUTH", "app", "hunter2"]]
}
