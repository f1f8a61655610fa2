import Cachetory
import Foundation
import LocalServer
import Redis

extension Benchmark {
    private static let value = Data(repeating: 120, count: 100)

    /// Whole calls, to a private server whose own work is not counted. What they take in time is mostly the system's;
    /// what they take in instructions is the library's: lease, encoder, exchange, reactor, parser.
    static var calls: [Benchmark] {
        [
            pooled("exclusive-lease") { pool in
                for _ in 0..<100 { try await pool.withConnection { _ in } }
            },
            pooled("async-get") { pool in
                for _ in 0..<100 { try await get(from: pool) }
            },
            pooled("async-get-on-reactor") { pool in
                try await withTaskExecutorPreference(pool.taskExecutor) {
                    for _ in 0..<100 { try await get(from: pool) }
                }
            },
            pooled("async-get-10-tasks-on-reactor") { pool in
                try await withThrowingDiscardingTaskGroup { group in
                    for _ in 0..<10 {
                        group.addTask(executorPreference: pool.taskExecutor) {
                            for _ in 0..<10 { try await get(from: pool) }
                        }
                    }
                }
            },
            Benchmark(name: "calls/sync-get", operations: 100) {
                let server = try await LocalRedisServer.start()
                let backend = try SyncRedisBackend(url: server.unixURL)
                try backend.set("key", to: value)
                return .blocking {
                    for _ in 0..<100 { try expect(try backend.get("key") == value) }
                    withExtendedLifetime(server) {}
                }
            },
        ]
    }

    /// A round of a hundred operations on a pool with one connection.
    private static func pooled(
        _ name: String, _ body: @escaping @Sendable (ConnectionPool) async throws -> Void
    ) -> Benchmark {
        Benchmark(name: "calls/" + name, operations: 100) {
            let server = try await LocalRedisServer.start()
            let pool = try ConnectionPool(url: server.unixURL)
            try expect(try await pool.execute(["SET", "key", .bytes(value)]) == .simpleString("OK"))
            return .async {
                try await body(pool)
                withExtendedLifetime(server) {}
            }
        }
    }

    @Sendable private static func get(from pool: ConnectionPool) async throws {
        try expect(try await pool.execute(["GET", "key"]) == .bulkString(value))
    }
}
