import CachetoryRedis
import Testing

/// A URL and the configuration that it means.
struct AcceptedURL: Sendable, CustomTestStringConvertible {
    let url: String
    let expected: RedisClientConfiguration

    /// - Parameter change: what the URL changes about the default configuration.
    init(_ url: String, _ change: (inout RedisClientConfiguration) -> Void = { _ in }) {
        var expected = RedisClientConfiguration()
        change(&expected)
        self.url = url
        self.expected = expected
    }

    /// The same for a URL with TLS, given what it changes about the default TLS configuration.
    static func tls(_ url: String, _ change: (inout RedisTLSConfiguration) -> Void = { _ in }) -> Self {
        Self(url) {
            var tls = RedisTLSConfiguration()
            change(&tls)
            $0.tls = tls
        }
    }

    var testDescription: String { url }
}

extension AcceptedURL {
    static let all = meaningTheSameInRedisPy + meaningMore

    static let meaningTheSameInRedisPy =
        hosts + databases + logins + sockets + connectionOptions + poolOptions + tlsOptions

    private static let hosts: [AcceptedURL] = [
        .init("redis://"),
        .init("redis:///"),
        .init("redis://?"),
        .init("redis://localhost"),
        .init("redis://localhost/"),
        .init("redis://localhost:6379"),
        .init("redis://localhost:"),
        .init("redis://LocalHost"),
        .init("redis://:6380") { $0.address = .tcp(host: "localhost", port: 6380) },
        .init("redis://cache.example.com:06380") { $0.address = .tcp(host: "cache.example.com", port: 6380) },
        .init("redis://localhost:1") { $0.address = .tcp(host: "localhost", port: 1) },
        .init("redis://localhost:65535") { $0.address = .tcp(host: "localhost", port: 65_535) },
        .init("redis://my_redis_1:7000") { $0.address = .tcp(host: "my_redis_1", port: 7000) },
        .init("redis://127.0.0.1") { $0.address = .tcp(host: "127.0.0.1", port: 6379) },
        .init("redis://my%2Dhost") { $0.address = .tcp(host: "my-host", port: 6379) },
        .init("redis://[::1]") { $0.address = .tcp(host: "::1", port: 6379) },
        .init("redis://[::1]:") { $0.address = .tcp(host: "::1", port: 6379) },
        .init("redis://[2001:DB8::1]:7000/1") {
            $0.address = .tcp(host: "2001:db8::1", port: 7000)
            $0.database = 1
        },
        .init("redis://[fe80::1%25eth0]:7000") { $0.address = .tcp(host: "fe80::1%eth0", port: 7000) },
        .init("redis://[fe80::1%Eth0]") { $0.address = .tcp(host: "fe80::1%Eth0", port: 6379) },
        .init("redis://[::ffff:127.0.0.1]") { $0.address = .tcp(host: "::ffff:127.0.0.1", port: 6379) },
        .init("redis://?host=cache.example.com&port=7000") {
            $0.address = .tcp(host: "cache.example.com", port: 7000)
        },
        .init("redis://:6380?host=%3A%3A1&port=7000") { $0.address = .tcp(host: "::1", port: 6380) },
        .init("redis://localhost?host=other&port=7000") { $0.address = .tcp(host: "localhost", port: 7000) },
        .init("redis://localhost/#cache") { _ in },
        .init("redis://bücher.example") { $0.address = .tcp(host: "bücher.example", port: 6379) },
    ]

    private static let databases: [AcceptedURL] = [
        .init("redis://localhost/0"),
        .init("redis://localhost/15") { $0.database = 15 },
        .init("redis://localhost/007") { $0.database = 7 },
        .init("redis://localhost//3/") { $0.database = 3 },
        .init("redis:///3") { $0.database = 3 },
        .init("redis://localhost/%33") { $0.database = 3 },
        .init("redis://localhost?db=4") { $0.database = 4 },
        .init("redis://localhost/3?db=4") { $0.database = 4 },
        .init("redis://localhost/3#the-cache/4?db=5") { $0.database = 3 },
        .init("redis://localhost?db=4#db=5") { $0.database = 4 },
        .init("redis://localhost/3?db=0"),
        .init("redis://localhost/2147483647") { $0.database = 2_147_483_647 },
        .init("redis://localhost?%64b=5") { $0.database = 5 },
    ]

    private static let logins: [AcceptedURL] = [
        .init("redis://:secret@localhost") { $0.credentials = .init(password: "secret") },
        .init("redis://app:secret@localhost") { $0.credentials = .init(username: "app", password: "secret") },
        .init("redis://app@localhost") { $0.credentials = .init(username: "app", password: "") },
        .init("redis://app:@localhost") { $0.credentials = .init(username: "app", password: "") },
        .init("redis://@localhost"),
        .init("redis://:@localhost"),
        .init("redis://a%3Ab:c%2Fd%3Fe%23f%40g@localhost") {
            $0.credentials = .init(username: "a:b", password: "c/d?e#f@g")
        },
        .init("redis://:a:b@c@localhost") { $0.credentials = .init(password: "a:b@c") },
        .init("redis://:a+b@localhost") { $0.credentials = .init(password: "a+b") },
        .init("redis://:a b@localhost") { $0.credentials = .init(password: "a b") },
        .init("redis://:a%2520b@localhost") { $0.credentials = .init(password: "a%20b") },
        .init("redis://:100%@localhost") { $0.credentials = .init(password: "100%") },
        .init("redis://:%zz%4@localhost") { $0.credentials = .init(password: "%zz%4") },
        .init("redis://:%+1@localhost") { $0.credentials = .init(password: "%+1") },
        .init("redis://:p%C3%A4ss@localhost") { $0.credentials = .init(password: "päss") },
        .init("redis://:päss@localhost") { $0.credentials = .init(password: "päss") },
        .init("redis://:p\u{301}@localhost") { $0.credentials = .init(password: "p\u{301}") },
        .init("redis://localhost?password=secret") { $0.credentials = .init(password: "secret") },
        .init("redis://localhost?username=app&password=secret") {
            $0.credentials = .init(username: "app", password: "secret")
        },
        .init("redis://app@localhost?password=secret") {
            $0.credentials = .init(username: "app", password: "secret")
        },
        .init("redis://app:secret@localhost?username=other&password=another") {
            $0.credentials = .init(username: "app", password: "secret")
        },
        .init("redis://localhost?password=a+b%2Bc%2520d%26e=f@g") {
            $0.credentials = .init(password: "a b+c%20d&e=f@g")
        },
    ]

    private static let sockets: [AcceptedURL] = [
        .init("unix:///run/redis.sock") { $0.address = .unixSocket(path: "/run/redis.sock") },
        .init("redis+unix:///run/redis.sock?db=1") {
            $0.address = .unixSocket(path: "/run/redis.sock")
            $0.database = 1
        },
        .init("unix://app:s%2Fcret@/run/redis.sock") {
            $0.address = .unixSocket(path: "/run/redis.sock")
            $0.credentials = .init(username: "app", password: "s/cret")
        },
        .init("unix:///run/my%20redis%25.sock") { $0.address = .unixSocket(path: "/run/my redis%.sock") },
        .init("unix:///run/a+b@c:1") { $0.address = .unixSocket(path: "/run/a+b@c:1") },
        .init("unix:///run/REDIS.sock") { $0.address = .unixSocket(path: "/run/REDIS.sock") },
    ]

    private static let connectionOptions: [AcceptedURL] = [
        .init("redis://localhost?client_name=web-1") { $0.clientName = "web-1" },
        .init("redis://localhost?lib_name=web&lib_version=2.1") {
            $0.libraryName = "web"
            $0.libraryVersion = "2.1"
        },
        .init("redis://localhost?protocol=2") { $0.protocolVersion = .resp2 },
        .init("redis://localhost?protocol=3"),
        .init("redis://localhost?socket_timeout=0.5") { $0.commandTimeout = .milliseconds(500) },
        .init("redis://localhost?socket_timeout=.25") { $0.commandTimeout = .milliseconds(250) },
        .init("redis://localhost?socket_timeout=2.") { $0.commandTimeout = .seconds(2) },
        .init("redis://localhost?socket_connect_timeout=2") { $0.connectTimeout = .seconds(2) },
        .init("redis://localhost?socket_keepalive=False") { $0.keepAlive = false },
        .init("redis://localhost?socket_keepalive=yes"),
        .init("redis://localhost?socket_keepalive=0") { $0.keepAlive = false },
        .init("redis://localhost?health_check_interval=30") { $0.healthCheckInterval = .seconds(30) },
        .init("redis://localhost?health_check_interval=0"),
        .init("redis://localhost?retry_on_timeout=True") { $0.retryOnTimeout = true },
        .init("redis://localhost?retry_on_timeout=n"),
        .init("redis://localhost?decode_responses=True&encoding=utf-8&encoding_errors=replace"),
        .init("redis://localhost?socket_read_size=65536&legacy_responses=False"),
        .init("redis://localhost?retry_on_error=ConnectionError"),
        .init("redis://localhost?&db=1&&protocol=2&") {
            $0.database = 1
            $0.protocolVersion = .resp2
        },
    ]

    private static let poolOptions: [AcceptedURL] = [
        .init("redis://localhost?max_connections=20") { $0.pool.maxConnections = 20 },
        .init("redis://localhost?max_connections=1") { $0.pool.maxConnections = 1 },
        .init("redis://localhost?timeout=20") { $0.pool.acquireTimeout = .seconds(20) },
        .init("redis://localhost?timeout=0") { $0.pool.acquireTimeout = .zero },
    ]

    private static let tlsOptions: [AcceptedURL] = [
        .tls("rediss://localhost"),
        .tls("redis+rediss://localhost"),
        .tls("rediss://localhost?ssl_cert_reqs=none") { $0.verification = .none },
        .tls("rediss://localhost?ssl_cert_reqs=optional") { $0.verification = .optional },
        .tls("rediss://localhost?ssl_cert_reqs=required"),
        .tls("rediss://localhost?ssl_check_hostname=false") { $0.checksHostname = false },
        .tls("rediss://localhost?ssl_ca_certs=/etc/ca.pem") { $0.authorityFile = "/etc/ca.pem" },
        .tls("rediss://localhost?ssl_ca_path=%2Fetc%2Fcerts") { $0.authorityFolder = "/etc/certs" },
        .tls("rediss://localhost?ssl_ca_data=-----BEGIN+CERTIFICATE-----%0AMI%2B/%3D%3D%0A") {
            $0.authorityData = "-----BEGIN CERTIFICATE-----\nMI+/==\n"
        },
        .tls("rediss://localhost?ssl_certfile=/c.pem&ssl_keyfile=/k.pem&ssl_password=open") {
            $0.certificateFile = "/c.pem"
            $0.keyFile = "/k.pem"
            $0.keyPassphrase = "open"
        },
        .tls("rediss://localhost?ssl_ciphers=ECDHE%2BAESGCM:!aNULL") { $0.ciphers = "ECDHE+AESGCM:!aNULL" },
        .tls("rediss://localhost?ssl_min_version=771"),
        .tls("rediss://localhost?ssl_min_version=772") { $0.minimumVersion = .tls13 },
    ]

    /// What redis-py doesn't have.
    private static let meaningMore: [AcceptedURL] = [
        .init("REDIS://localhost"),
        .init("valkey://localhost"),
        .tls("valkeys://localhost"),
        .init("valkey+unix:///run/valkey.sock") { $0.address = .unixSocket(path: "/run/valkey.sock") },
        .init("redis://localhost?socket_timeout=500ms") { $0.commandTimeout = .milliseconds(500) },
        .init("redis://localhost?socket_timeout=2m") { $0.commandTimeout = .seconds(120) },
        .init("redis://localhost?socket_timeout=none") { $0.commandTimeout = nil },
        .init(
            "redis://localhost?socket_keepalive_idle=5m&socket_keepalive_interval=1&socket_keepalive_count=9"
                + "&tcp_user_timeout=2500ms"
        ) {
            $0.keepAliveIdle = .seconds(300)
            $0.keepAliveInterval = .seconds(1)
            $0.keepAliveCount = 9
            $0.unacknowledgedTimeout = .milliseconds(2500)
        },
        .init("redis://localhost?tcp_user_timeout=none") { $0.unacknowledgedTimeout = nil },
        .init("redis://localhost?lib_name=&lib_version=") {
            $0.libraryName = nil
            $0.libraryVersion = nil
        },
        .init("redis://localhost?health_check_interval=1.5s") { $0.healthCheckInterval = .milliseconds(1500) },
        .init("redis://localhost?health_check_interval=none"),
        .init("redis://localhost?max_connections=9&min_connections=9&max_in_flight=1") {
            $0.pool = RedisPoolConfiguration(maxConnections: 9, minConnections: 9, maxInFlight: 1)
        },
        .init("redis://localhost?max_reply_bytes=65536&max_queued_bytes=1gb") {
            $0.maxReplyBytes = 65_536
            $0.pool.maxQueuedBytes = 1 << 30
        },
        .init("redis://localhost?max_reply_bytes=64kb&max_queued_bytes=3MB") {
            $0.maxReplyBytes = 64 << 10
            $0.pool.maxQueuedBytes = 3 << 20
        },
        .init("redis://localhost?min_connections=0"),
        .init("redis://localhost?idle_timeout=5m&max_lifetime=1h") {
            $0.pool.idleTimeout = .seconds(300)
            $0.pool.maxLifetime = .seconds(3600)
        },
        .init("redis://localhost?idle_timeout=none&max_lifetime=NONE"),
        .tls("rediss://localhost?ssl_min_version=TLSv1.2"),
        .tls("rediss://localhost?ssl_min_version=1.3") { $0.minimumVersion = .tls13 },
    ]
}
