import CachetoryRedis
import Testing

@Suite struct RedisTopologyConfigurationTests {
    @Test func `a scheme tells whether a URL names one server or a cluster`() throws {
        guard case .server(let server) = try RedisTopologyConfiguration(url: "rediss://app:secret@a:7000/2") else {
            Issue.record("no server")
            return
        }
        #expect(server.address == .tcp(host: "a", port: 7000) && server.database == 2 && server.tls != nil)
        guard case .cluster(let cluster) = try RedisTopologyConfiguration(url: "redis+cluster://a:7000,b:7000/2") else {
            Issue.record("no cluster")
            return
        }
        #expect(cluster.seeds.count == 2 && cluster.node.database == 2 && cluster.node.tls == nil)
    }

    @Test(arguments: ["http://a", "redis://a:0", "redis://a,b", "redis+cluster://", "redis+cluster://a,", "a"])
    func `what is no URL of either is an error`(url: String) {
        #expect(throws: RedisURLError.self) { try RedisTopologyConfiguration(url: url) }
    }

    @Test(arguments: ["redis://a", "unix:///run/redis.sock", "redis+cluster://a,b"])
    func `what is the same for all servers may be changed`(url: String) throws {
        var configuration = try RedisTopologyConfiguration(url: url)
        let description = "\(configuration)"
        configuration.node.pool.maxConnections = 3
        #expect(configuration.node.pool.maxConnections == 3)
        #expect("\(configuration)" == description)
        #expect(throws: Never.self) { try configuration.validate() }
        configuration.node.pool.maxConnections = 0
        #expect(throws: RedisClientConfigurationError.self) { try configuration.validate() }
    }

    @Test func `a pool is for one server`() {
        let error = RedisURLError.otherTopology(scheme: "redis+cluster")
        #expect(throws: error) { try ConnectionPool(url: "redis+cluster://localhost") }
        #expect(throws: error) { try SyncConnectionPool(url: "redis+cluster://localhost") }
    }
}
