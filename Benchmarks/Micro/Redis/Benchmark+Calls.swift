import Cachetory
import CachetoryLocalServer
import CachetoryRedis
import Foundation

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
            blocking("sync-get") { backend in
                for _ in 0..<100 { try expect(try backend.get("key") == value) }
            },
        ] + backends(of: .server, "backend") + backends(of: .cluster, "cluster") + large
    }

    private enum Topology {
        case server
        /// Of one node.
        case cluster

        /// Starts it: its URL, and what stops it when it is let go of.
        func start() async throws -> (url: String, owner: any Sendable) {
            switch self {
            case .server:
                let server = try await LocalRedisServer.start()
                return (server.url, server)
            case .cluster:
                let cluster = try await LocalCluster.start(
                    .init {
                        ($0.primaries, $0.replicasPerPrimary) = (1, 0)
                    })
                return (cluster.url, cluster)
            }
        }
    }

    /// Calls through backends, which differ in what is between them and the connections.
    private static func backends(of topology: Topology, _ name: String) -> [Benchmark] {
        [
            Benchmark(name: "calls/async-\(name)-get", operations: 100) {
                let (url, owner) = try await topology.start()
                let backend = try AsyncRedisBackend(url: url)
                try await backend.set("key", to: value)
                // Whoever has told of the cluster hangs up meanwhile.
                for _ in 0..<200 { _ = try await backend.get("key") }
                return .async {
                    for _ in 0..<100 { try expect(try await backend.get("key") == value) }
                    withExtendedLifetime(owner) {}
                }
            },
            Benchmark(name: "calls/sync-\(name)-get", operations: 100) {
                let (url, owner) = try await topology.start()
                let backend = try SyncRedisBackend(url: url)
                try backend.set("key", to: value)
                for _ in 0..<200 { _ = try backend.get("key") }
                return .blocking {
                    for _ in 0..<100 { try expect(try backend.get("key") == value) }
                    withExtendedLifetime(owner) {}
                }
            },
        ]
    }

    /// Values that pass without being looked at: a copy in this process would show as a million instructions, or as a
    /// hundred thousand where a vector is moved with each.
    private static var large: [Benchmark] {
        [
            pooled("async-get-1-MB", value: megabyte, operations: 10) { pool in
                for _ in 0..<10 {
                    let reply = try await pool.execute(["GET", "key"])
                    guard case .bulkString(let value) = reply else { throw WrongResult() }
                    try expect(value.count == megabyte.count)
                }
            },
            blocking("sync-get-1-MB", value: megabyte, operations: 10) { backend in
                for _ in 0..<10 { try expect(try backend.get("key")?.count == megabyte.count) }
            },
        ]
    }

    private static let megabyte = Data(repeating: 120, count: 1 << 20)

    private static func blocking(
        _ name: String, value: Data = value, operations: Int = 100,
        _ body: @escaping (SyncRedisBackend) throws -> Void
    ) -> Benchmark {
        Benchmark(name: "calls/" + name, operations: operations) {
            let server = try await LocalRedisServer.start()
            let backend = try SyncRedisBackend(url: server.unixURL)
            try backend.set("key", to: value)
            return .blocking {
                try body(backend)
                withExtendedLifetime(server) {}
            }
        }
    }

    private static func pooled(
        _ name: String, value: Data = value, operations: Int = 100,
        _ body: @escaping @Sendable (ConnectionPool) async throws -> Void
    ) -> Benchmark {
        Benchmark(name: "calls/" + name, operations: operations) {
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
