import CachetoryLocalServer
import CachetoryRedis
import CachetoryTestSupport
import Foundation

extension LocalCluster {
    /// How to reach it, with limits in time that no test waits for.
    var configuration: RedisClusterConfiguration {
        get throws { try RedisClusterConfiguration(url: url).patient }
    }
}

extension FakeCluster {
    /// How to reach it over its first node, with limits in time that no test waits for.
    var configuration: RedisClusterConfiguration {
        RedisClusterConfiguration(seeds: [address(of: 0)]).patient
    }

    func address(of node: Int) -> RedisClientConfiguration.Address {
        .tcp(host: nodes[node].host, port: port)
    }
}

extension RedisClusterConfiguration {
    var patient: RedisClusterConfiguration {
        var patient = self
        patient.node = node.patient
        return patient
    }
}

extension RedisCallError {
    /// What a cluster's error says.
    var ofCluster: RedisClusterError? {
        if case .cluster(let error) = self { error } else { nil }
    }
}
