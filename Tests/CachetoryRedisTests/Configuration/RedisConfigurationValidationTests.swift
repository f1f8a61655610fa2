import CachetoryRedis
import Testing

@Suite struct RedisConfigurationValidationTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let property: String
        let configuration: RedisClientConfiguration

        init(_ property: String, _ change: (inout RedisClientConfiguration) -> Void) {
            var configuration = RedisClientConfiguration(tls: RedisTLSConfiguration())
            change(&configuration)
            self.property = property
            self.configuration = configuration
        }

        var testDescription: String { property }
    }

    static let invalid: [Row] = [
        .init("address.host") { $0.address = .tcp(host: "", port: 1) },
        .init("address.host") { $0.address = .tcp(host: "local\0host", port: 1) },
        .init("address.host") { $0.address = .tcp(host: "[::1]", port: 1) },
        .init("address.port") { $0.address = .tcp(host: "localhost", port: 0) },
        .init("address.port") { $0.address = .tcp(host: "localhost", port: .max) },
        .init("address.path") { $0.address = .unixSocket(path: "") },
        .init("address.path") { $0.address = .unixSocket(path: "redis.sock") },
        .init("address.path") { $0.address = .unixSocket(path: "/" + String(repeating: "a", count: 107)) },
        .init("database") { $0.database = -1 },
        .init("database") { $0.database = .max },
        .init("clientName") { $0.clientName = "" },
        .init("clientName") { $0.clientName = "two words" },
        .init("connectTimeout") { $0.connectTimeout = .zero },
        .init("connectTimeout") { $0.connectTimeout = .seconds(Int64.max) },
        .init("commandTimeout") { $0.commandTimeout = .seconds(-1) },
        .init("keepAliveIdle") { $0.keepAliveIdle = .zero },
        .init("keepAliveInterval") { $0.keepAliveInterval = .seconds(32_768) },
        .init("keepAliveCount") { $0.keepAliveCount = 128 },
        .init("unacknowledgedTimeout") { $0.unacknowledgedTimeout = .zero },
        .init("healthCheckInterval") { $0.healthCheckInterval = .zero },
        .init("tls.serverName") { $0.tls?.serverName = "" },
        .init("tls.serverName") { $0.tls?.serverName = ".x" },
        .init("tls.serverName") { $0.tls?.serverName = ".example.com" },
        .init("tls.serverName") { $0.tls?.serverName = "." },
        .init("tls.serverName") { $0.tls?.serverName = "example..com" },
        .init("tls.serverName") { $0.tls?.serverName = "example.com.." },
        .init("tls.serverName") { $0.tls?.serverName = "*.example.com" },
        .init("tls.serverName") { $0.tls?.serverName = "127.0.0.1." },
        .init("tls.serverName") { $0.tls?.serverName = "::1." },
        .init("tls.serverName") { $0.tls?.serverName = "127.1" },
        .init("tls.serverName") { $0.tls?.serverName = "0x7f000001" },
        .init("tls.serverName") { $0.tls?.serverName = "a\0b" },
        .init("address.host") { $0.address = .tcp(host: ".x", port: 1) },
        .init("address.host") { $0.address = .tcp(host: "127.0.0.1.", port: 1) },
        .init("address.host") { $0.address = .tcp(host: "2130706433", port: 1) },
        .init("tls.authorityFile") { $0.tls?.authorityFile = "a\0b" },
        .init("tls.keyPassphrase") { $0.tls?.keyPassphrase = "a\0b" },
        .init("pool.maxConnections") { $0.pool.maxConnections = 0 },
        .init("pool.maxConnections") { $0.pool.maxConnections = .max },
        .init("pool.minConnections") { $0.pool.minConnections = -1 },
        .init("pool.maxInFlight") { $0.pool.maxInFlight = 0 },
        .init("pool.maxQueuedBytes") { $0.pool.maxQueuedBytes = 0 },
        .init("maxReplyBytes") { $0.maxReplyBytes = 1000 },
        .init("maxReplyBytes") { $0.maxReplyBytes = .max },
        .init("pool.acquireTimeout") { $0.pool.acquireTimeout = .seconds(-1) },
        .init("pool.idleTimeout") { $0.pool.idleTimeout = .zero },
        .init("pool.maxLifetime") { $0.pool.maxLifetime = .seconds(-1) },
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

    @Test func `the default configuration is valid`() {
        #expect(throws: Never.self) { try RedisClientConfiguration().validate() }
    }

    @Test(arguments: [
        "localhost", "cache.example.com", "cache.example.com.", "redis_1", "1.redis", "127.0.0.1", "::1", "fe80::1%lo",
    ]) func `a name that a certificate can be for is valid`(name: String) {
        let named = RedisClientConfiguration(tls: RedisTLSConfiguration(serverName: name))
        #expect(throws: Never.self) { try named.validate() }
        let host = RedisClientConfiguration(address: .tcp(host: name, port: 1), tls: RedisTLSConfiguration())
        #expect(throws: Never.self) { try host.validate() }
    }

    @Test func `a host that is not verified may be written in any way`() {
        let unverified = RedisTLSConfiguration(checksHostname: false)
        let elsewhere = RedisTLSConfiguration(serverName: "localhost")
        for tls in [unverified, elsewhere, nil] {
            let configuration = RedisClientConfiguration(address: .tcp(host: "127.1", port: 1), tls: tls)
            #expect(throws: Never.self) { try configuration.validate() }
        }
    }

    @Test func `the limits themselves are valid`() {
        let smallest = RedisClientConfiguration(
            address: .tcp(host: "a", port: 1), connectTimeout: .nanoseconds(1), commandTimeout: .nanoseconds(1),
            pool: RedisPoolConfiguration(maxConnections: 1, maxInFlight: 1, acquireTimeout: .zero))
        let largest = RedisClientConfiguration(
            address: .tcp(host: String(repeating: "a", count: 253), port: 65_535), database: 2_147_483_647,
            clientName: "~", connectTimeout: .seconds(365 * 24 * 3600), commandTimeout: nil,
            pool: RedisPoolConfiguration(maxConnections: 1_048_576, minConnections: 1_048_576, maxInFlight: 1_048_576))
        #expect(throws: Never.self) { try smallest.validate() }
        #expect(throws: Never.self) { try largest.validate() }
    }

    @Test func `a pool can't keep more connections than it may have`() {
        let configuration = RedisClientConfiguration(pool: RedisPoolConfiguration(maxConnections: 2, minConnections: 3))
        #expect(throws: RedisClientConfigurationError.minConnectionsAboveMaxConnections) {
            try configuration.validate()
        }
    }

    @Test func `a private key needs its certificate`() {
        let configuration = RedisClientConfiguration(tls: RedisTLSConfiguration(keyFile: "/key.pem"))
        #expect(throws: RedisClientConfigurationError.keyWithoutCertificate) { try configuration.validate() }
    }
}
