import CachetoryLocalServer
import CachetoryRedis
import CachetoryTestSupport

/// A real cluster whose nodes are behind a proxy each.
struct ProxiedCluster {
    typealias Address = RedisClientConfiguration.Address

    let cluster: LocalCluster
    let proxies: [FaultProxy]

    /// A way to it that leads through the proxies, but for the first questions, which the seeds are asked.
    let configuration: RedisClusterConfiguration

    private static let shared = Task { try await LocalCluster.start(.init { $0.replicasPerPrimary = 0 }) }

    /// Runs a test with proxies of its own before a cluster that all such tests share: three primaries.
    static func run(_ body: (ProxiedCluster) async throws -> Void) async throws {
        let cluster = try await shared.value
        let proxies = try cluster.nodes.map { try FaultProxy(toPort: $0.port) }
        do {
            try await body(ProxiedCluster(cluster, proxies))
        } catch {
            for proxy in proxies { try await proxy.stop() }
            throw error
        }
        for proxy in proxies { try await proxy.stop() }
    }

    private init(_ cluster: LocalCluster, _ proxies: [FaultProxy]) throws {
        (self.cluster, self.proxies) = (cluster, proxies)
        let ports = Dictionary(uniqueKeysWithValues: zip(cluster.nodes.map(\.port), proxies.map(\.port)))
        var configuration = try cluster.configuration
        configuration.nodeAddress = { announced in
            guard let port = announced.port.flatMap({ ports[$0] }) else { return announced }
            return .tcp(host: "127.0.0.1", port: port)
        }
        // All calls of a node go over the connection that is cut.
        configuration.node.pool.maxConnections = 1
        self.configuration = configuration
    }

    /// Where the cluster says that a node is.
    func address(of node: Int) -> Address { .tcp(host: cluster.nodes[node].host, port: cluster.nodes[node].port) }

    /// Where its proxy is.
    func proxyAddress(of node: Int) -> Address { .tcp(host: "127.0.0.1", port: proxies[node].port) }
}
