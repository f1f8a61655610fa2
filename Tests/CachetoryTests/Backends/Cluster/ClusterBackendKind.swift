import Cachetory
import CachetoryLocalServer
import CachetoryRedis
import CachetoryTestSupport
import Foundation

/// The two kinds of backends on a cluster, for tests that hold for both.
enum ClusterBackendKind: CaseIterable {
    case async, sync

    /// Makes calls with a backend that is closed at the end.
    func withBackend<Result>(
        _ configuration: RedisClusterConfiguration, _ body: (any AsyncCacheBackend<Data>) async throws -> Result
    ) async throws -> Result {
        let backend: any AsyncCacheBackend<Data> =
            switch self {
            case .async: try AsyncRedisBackend(configuration)
            case .sync: BlockingAdapter(base: try SyncRedisBackend(configuration))
            }
        do {
            let result = try await body(backend)
            await backend.close()
            return result
        } catch {
            await backend.close()
            throw error
        }
    }
}

/// Runs a test with a cluster of its own, of three primaries.
func withPrimaries(_ arguments: [String] = [], _ body: (LocalCluster) async throws -> Void) async throws {
    let cluster = try await LocalCluster.start(.init { ($0.replicasPerPrimary, $0.arguments) = (0, arguments) })
    do {
        try await body(cluster)
    } catch {
        try await onThread { cluster.stop() }
        throw error
    }
    try await onThread { cluster.stop() }
}

extension LocalCluster {
    /// How to reach it, with a deadline that no test waits for.
    var configuration: RedisClusterConfiguration {
        get throws {
            var configuration = try RedisClusterConfiguration(url: url)
            configuration.node.commandTimeout = .seconds(200)
            return configuration
        }
    }

    /// How many keys each primary has.
    func keyCounts() async throws -> [Int?] {
        try await onThread { try self.nodes.map { try $0.send("DBSIZE").integer } }
    }

    /// How often a command was called on all of them.
    func calls(of command: String) async throws -> Int {
        try await onThread { try self.nodes.reduce(0) { try $0 + $1.calls(of: command) } }
    }
}
