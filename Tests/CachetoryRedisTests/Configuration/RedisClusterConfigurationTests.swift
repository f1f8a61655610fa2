import CachetoryRedis
import CachetoryTestSupport
import Testing

@Suite struct RedisClusterConfigurationTests {
    typealias Address = RedisClientConfiguration.Address

    private static let seeds: [Address] = [.tcp(host: "a", port: 7000), .tcp(host: "b", port: 7000)]

    struct Row: Sendable, CustomTestStringConvertible {
        let property: String
        let configuration: RedisClusterConfiguration

        init(_ property: String, _ change: (inout RedisClusterConfiguration) -> Void) {
            var configuration = RedisClusterConfiguration(seeds: seeds)
            configuration.node.tls = RedisTLSConfiguration()
            change(&configuration)
            self.property = property
            self.configuration = configuration
        }

        var testDescription: String { property }
    }

    static let invalid: [Row] = [
        .init("seeds.count") { $0.seeds = [] },
        .init("seeds.count") { $0.seeds = (0...1000).map { .tcp(host: "h\($0)", port: 1) } },
        .init("seeds") { $0.seeds[1] = .unixSocket(path: "/run/redis.sock") },
        .init("seeds.host") { $0.seeds[1] = .tcp(host: "", port: 1) },
        .init("seeds.host") { $0.seeds[1] = .tcp(host: "a,b", port: 1) },
        .init("seeds.host") { $0.seeds[1] = .tcp(host: "127.1", port: 1) },
        .init("seeds.port") { $0.seeds[1] = .tcp(host: "b", port: 0) },
        .init("database") { $0.node.database = -1 },
        .init("commandTimeout") { $0.node.commandTimeout = .zero },
        .init("tls.serverName") { $0.node.tls?.serverName = "*.example.com" },
        .init("tls.keyPassphrase") { $0.node.tls?.keyPassphrase = "a\0b" },
        .init("pool.maxConnections") { $0.node.pool.maxConnections = 0 },
    ]

    @Test(arguments: invalid)
    func `a property outside of what is allowed is an error that names it`(row: Row) throws {
        let error = try #require(throws: RedisClientConfigurationError.self) { try row.configuration.validate() }
        guard case .invalid(let property, let allowed) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(property == row.property)
        #expect(error.description == "invalid \(property): expected \(allowed)")
    }

    @Test func `the address of the settings means nothing`() throws {
        var configuration = RedisClusterConfiguration(
            seeds: Self.seeds, node: RedisClientConfiguration(address: .unixSocket(path: "no path")))
        #expect(throws: Never.self) { try configuration.validate() }
        configuration.node.tls = RedisTLSConfiguration()
        #expect(throws: Never.self) { try configuration.validate() }
        #expect(configuration.configuration(ofSeed: Self.seeds[1]).address == Self.seeds[1])
    }

    @Test func `a host that is not verified may be written in any way`() {
        let unverified = RedisTLSConfiguration(checksHostname: false)
        let elsewhere = RedisTLSConfiguration(serverName: "cache.example.com")
        for tls in [unverified, elsewhere, nil] {
            var configuration = RedisClusterConfiguration(seeds: [.tcp(host: "127.1", port: 1)])
            configuration.node.tls = tls
            #expect(throws: Never.self) { try configuration.validate() }
        }
    }

    @Test func `a seed that is given twice counts once`() {
        var configuration = RedisClusterConfiguration(seeds: Self.seeds + Self.seeds)
        #expect(configuration.seeds == Self.seeds)
        configuration.seeds.append(Self.seeds[0])
        #expect(configuration.seeds == Self.seeds)
        configuration.seeds = [Self.seeds[1], Self.seeds[0], Self.seeds[1]]
        #expect(configuration.seeds == [Self.seeds[1], Self.seeds[0]])
    }

    // MARK: - Nodes

    @Test func `a node is connected to as announced, with the settings of all`() {
        let pool = RedisPoolConfiguration(maxConnections: 2)
        let node = RedisClientConfiguration(database: 3, clientName: "app", pool: pool)
        let configuration = RedisClusterConfiguration(seeds: Self.seeds, node: node)
        var expected = node
        expected.address = .tcp(host: "c", port: 7001)
        let announced = configuration.configuration(ofNode: .tcp(host: "c", port: 7001))
        #expect(announced.dumped == expected.dumped)
    }

    @Test func `behind NAT a node is where the closure says, and a seed where it is`() {
        let configuration = RedisClusterConfiguration(seeds: Self.seeds) { announced in
            guard case .tcp(_, let port) = announced else { return announced }
            return .tcp(host: "gateway", port: port + 10_000)
        }
        #expect(configuration.configuration(ofNode: Self.seeds[0]).address == .tcp(host: "gateway", port: 17_000))
        #expect(configuration.configuration(ofSeed: Self.seeds[0]).address == Self.seeds[0])
    }

    // MARK: - What is shown

    @Test(arguments: [
        ("redis+cluster://a", "redis+cluster://a:6379/0"),
        ("valkey+cluster://app:hunter2@a:7000,[::1]:7001/3", "redis+cluster://***@a:7000,[::1]:7001/3"),
        ("valkeys+cluster://:hunter2@a,b", "rediss+cluster://***@a:6379,b:6379/0"),
    ])
    func `a description shows the cluster but not who logs in`(url: String, description: String) throws {
        #expect(try RedisClusterConfiguration(url: url).description == description)
        #expect("\(try RedisTopologyConfiguration(url: url))" == description)
    }

    @Test func `a description is short however many seeds there are`() {
        let seeds = (0..<1000).map { Address.tcp(host: "h\($0)", port: 1) }
        let description = RedisClusterConfiguration(seeds: seeds).description
        #expect(description.hasPrefix("redis+cluster://h0:1,h1:1,"))
        #expect(description.hasSuffix(",h15:1,.../0"))
    }

    @Test func `no dump or reflection shows a secret`() {
        let configuration = RedisClusterConfiguration(
            seeds: Self.seeds,
            node: RedisClientConfiguration(
                credentials: .init(username: "app", password: "hunter2"),
                tls: RedisTLSConfiguration(keyPassphrase: "hunter2")))
        var output = String(reflecting: configuration) + String(describing: configuration)
        dump(configuration, to: &output)
        #expect(output.contains("***"))
        #expect(!output.contains("hunter2"))
    }

    @Test func `the URL of a server by itself is that of one node`() {
        var configuration = RedisClusterConfiguration(seeds: Self.seeds)
        #expect(configuration.serverURL(at: .tcp(host: "::1", port: 1)) == "redis://[::1]:1")
        configuration.node.tls = RedisTLSConfiguration()
        configuration.node.database = 2
        configuration.node.credentials = .init(password: "hunter2")
        #expect(configuration.serverURL(at: .tcp(host: "a", port: 1)) == "rediss://a:1/2")
    }
}
