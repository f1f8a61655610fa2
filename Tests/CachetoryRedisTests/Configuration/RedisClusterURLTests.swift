import CachetoryRedis
import CachetoryTestSupport
import Testing

@Suite struct RedisClusterURLTests {
    // MARK: - What is read

    @Test(arguments: [
        ("redis+cluster://a", ["a:6379"]),
        ("REDIS+CLUSTER://A:", ["a:6379"]),
        ("redis+cluster://a:7000,b:7001,c", ["a:7000", "b:7001", "c:6379"]),
        ("valkey+cluster://10.0.0.1:7000,my%2Dhost:07000/", ["10.0.0.1:7000", "my-host:7000"]),
        ("rediss+cluster://[::1]:7000,[2001:DB8::1],a:1", ["[::1]:7000", "[2001:db8::1]:6379", "a:1"]),
        ("valkeys+cluster://app:s,e@c@b:1,a:2/3?db=4", ["b:1", "a:2"]),
        ("redis+cluster://a:1,a:2,A:1,a:1,b:1", ["a:1", "a:2", "b:1"]),
        ("redis+cluster://a,a:6379", ["a:6379"]),
    ])
    func `hosts are the seeds, each once`(url: String, seeds: [String]) throws {
        let configuration = try RedisClusterConfiguration(url: url)
        #expect(configuration.seeds.map(\.description) == seeds)
        #expect(configuration.nodeAddress == nil)
        #expect(throws: Never.self) { try configuration.validate() }
    }

    /// As many pairs as there are rows in the tables of other tests, of those that name `localhost` in front of the path.
    private static let accepted = AcceptedURL.all.filter { row in
        ["redis://", "rediss://", "valkey://", "valkeys://"].contains { row.url.hasPrefix($0) }
            && row.url.contains("localhost") && !row.url.contains("host=")
    }

    @Test(arguments: accepted)
    func `all but hosts means what it means for one server`(row: AcceptedURL) throws {
        let url = row.url.replacing("://", with: "+cluster://", maxReplacements: 1)
        let cluster = try RedisClusterConfiguration(url: url)
        let server = try RedisClientConfiguration(url: row.url)
        var node = cluster.node
        node.address = server.address
        #expect(node.dumped == server.dumped)
        #expect(try node.credentials?.login() == server.credentials?.login())
        #expect(cluster.seeds == [server.address])
    }

    @Test func `the tables have rows for that`() {
        #expect(Self.accepted.count > 60)
        #expect(Self.rejected.count > 60)
    }

    // MARK: - What is refused

    private static let rejected = RejectedURL.all.filter { row in
        ["redis://localhost", "rediss://localhost"].contains { row.url.hasPrefix($0) }
    }

    @Test(arguments: rejected)
    func `what is refused of one server is refused of a cluster`(row: RejectedURL) {
        let url = row.url.replacing("://", with: "+cluster://", maxReplacements: 1)
        let error = #expect(throws: RedisURLError.self) { try RedisClusterConfiguration(url: url) }
        #expect(error.map(RejectedURL.Complaint.init) == row.complaint)
    }

    private static let manySeeds = (0...1000).map { "h\($0)" }.joined(separator: ",")

    private static let malformed: [RejectedURL] = [
        .init("redis+cluster://", .part(.host)),
        .init("redis+cluster:///0", .part(.host)),
        .init("redis+cluster:///run/redis.sock", .part(.host)),
        .init("redis+cluster://%2Frun%2Fredis.sock", .part(.host)),
        .init("redis+cluster://:7000", .part(.host)),
        .init("redis+cluster://,", .part(.host)),
        .init("redis+cluster://a,", .part(.host)),
        .init("redis+cluster://,a", .part(.host)),
        .init("redis+cluster://a,,b", .part(.host)),
        .init("redis+cluster://a:7000,:7001", .part(.host)),
        .init("redis+cluster://a,b c", .part(.host)),
        .init("redis+cluster://a%2Cb", .part(.host)),
        .init("redis+cluster://a,[::1", .part(.host)),
        .init("redis+cluster://a,[b]:1", .part(.host)),
        .init("redis+cluster://a:1,b:0", .part(.port)),
        .init("redis+cluster://a:1,b:65536", .part(.port)),
        .init("redis+cluster://a:7000;b:7000", .part(.port)),
        .init("redis+cluster://::1,a", .part(.port)),
        .init("redis+cluster://" + manySeeds, .part(.host)),
        .init("redis+cluster://a?host=b", .value(of: "host")),
        .init("redis+cluster://a?port=7000", .value(of: "port")),
        .init("redis+cluster://a?port=7000&host=b", .value(of: "host")),
        .init("redis+cluster://a,b/x", .part(.database)),
        .init("redis+cluster://:%FF@a,b", .part(.userInfo)),
        .init("redis+cluster://a,b?tiemout=1", .unknownOption("tiemout")),
        .init("redis+cluster://a,b?ssl_ca_certs=/ca.pem", .needsTLS("ssl_ca_certs")),
        .init("redis+cluster://a,b?min_connections=9", .configuration(.minConnectionsAboveMaxConnections)),
        .init("redis://a", .otherTopology("redis")),
        .init("redis+rediss://a", .otherTopology("rediss")),
        .init("unix:///run/redis.sock", .otherTopology("unix")),
        .init("http+cluster://a", .scheme("http+cluster")),
        .init("cluster://a", .scheme("cluster")),
    ]

    @Test(arguments: malformed)
    func `a URL that makes no sense is an error that says where`(row: RejectedURL) {
        let error = #expect(throws: RedisURLError.self) { try RedisClusterConfiguration(url: row.url) }
        #expect(error.map(RejectedURL.Complaint.init) == row.complaint)
        #expect(error.map { $0.description.count < 1000 && !$0.description.contains(where: \.isNewline) } == true)
    }

    @Test(arguments: [
        ("redis+cluster://a,", "expected a host for each node, as in redis+cluster://a:7000,b:7000"),
        ("redis+cluster://a?host=b", "invalid 'host' in the Redis URL: expected none beside the nodes in front"),
        ("redis+cluster://:/pass@a,b", "in a password write '/', '?', '#' and '&' as %2F, %3F, %23 and %26"),
        ("rediss+cluster://127.1:7000", "in the Redis URL: invalid seeds.host: expected a whole host name"),
    ])
    func `an error says what is allowed`(url: String, text: String) {
        let error = #expect(throws: RedisURLError.self) { try RedisClusterConfiguration(url: url) }
        #expect(error?.description.contains(text) == true, "\(String(describing: error))")
    }

    @Test func `as many seeds as there may be are read, and no more`() throws {
        let seeds = (0..<1000).map { "h\($0)" }.joined(separator: ",")
        // One that is there twice counts once.
        #expect(try RedisClusterConfiguration(url: "redis+cluster://\(seeds),h0").seeds.count == 1000)
        let error = #expect(throws: RedisURLError.self) {
            try RedisClusterConfiguration(url: "redis+cluster://\(Self.manySeeds)")
        }
        #expect(error?.description.hasSuffix("expected at most 1000 different nodes") == true)
    }

    // MARK: - What is not shown

    @Test(arguments: [
        "redis+cluster://:hunter2@a,b", "redis+cluster://:hunter2/x@a,b", "redis+cluster://:1,hunter2/x@a,b",
        "redis+cluster://:12/hunter2@a", "redis+cluster://:1?hunter2@a", "redis+cluster://:hunter2#x@a",
        "redis+cluster://:1#hunter2@a", "redis+cluster://:hunter2", "redis+cluster://a,:hunter2",
        "redis+cluster://:%FFhunter2@a", "redis+cluster://:hunter2@a:0", "redis+cluster://:hunter2@a?db=x",
        "redis+cluster://:hunter2@a b", "redis+cluster://:hunter2@", "redis+cluster://a,b?password=hunter2",
        "redis+cluster://a?password=x&hunter2", "rediss+cluster://a?ssl_password=hunter2", "redis://:hunter2@a",
        "redis+cluster://app:hunter2@a?port=1",
    ])
    func `no error and no description repeats a password`(url: String) {
        do {
            let configuration = try RedisClusterConfiguration(url: url)
            var output = "\(configuration)" + String(reflecting: configuration)
            dump(configuration, to: &output)
            #expect(!output.contains("hunter2"))
        } catch {
            #expect(!String(reflecting: error).contains("hunter2"))
            #expect(!error.description.contains("hunter2"))
        }
    }

    // MARK: - Whatever it is

    @Test func `a URL that is cut anywhere is read or refused`() {
        let url = "redis+cluster://app:s%2Fcret@[fe80::1%25eth0]:6380,a:1,b/12?socket_timeout=1.5s&client_name=%61%ff"
        var refused = 0
        for start in 0...url.utf8.count {
            for length in 0...(url.utf8.count - start) {
                let piece = String(decoding: url.utf8.dropFirst(start).prefix(length), as: UTF8.self)
                do { _ = try RedisClusterConfiguration(url: piece) } catch { refused += 1 }
            }
        }
        #expect(refused >= url.utf8.count * (url.utf8.count + 1) / 2)
    }

    @Test(arguments: 0..<50)
    func `garbage behind a scheme is read or refused`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array(",,,,/?#@:[]%&=+.0123456789adbmsnone_ü\u{301}\0".unicodeScalars)
        for _ in 0..<200 {
            var url = String.UnicodeScalarView("redis+cluster://".unicodeScalars)
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                url.append(alphabet[Int.random(in: alphabet.indices, using: &random)])
            }
            do {
                let configuration = try RedisClusterConfiguration(url: String(url))
                // Whatever is read has passed every limit.
                #expect(throws: Never.self) { try configuration.validate() }
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: [",", "a,", "a:1,", "[::1],", "[", ":", "@", "%2C", "/", "&"])
    func `a long URL of anything takes linear time`(filling: String) {
        let filling = String(repeating: filling, count: (1 << 16) / filling.utf8.count)
        for start in ["redis+cluster://", "redis+cluster://a", "redis+cluster://a,[", "redis+cluster://a/"] {
            do { _ = try RedisClusterConfiguration(url: start + filling) } catch {
                #expect(error.description.utf8.count < 2000)
            }
        }
    }
}
