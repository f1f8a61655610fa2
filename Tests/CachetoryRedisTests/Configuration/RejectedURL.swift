import CachetoryRedis
import CachetoryTestSupport
import Testing

/// A URL and what is wrong with it.
struct RejectedURL: Sendable, CustomTestStringConvertible {
    /// What an error points at: its wording is left to ``RedisURLError``.
    enum Complaint: Sendable, Equatable {
        case tooLong
        case controlCharacter
        case scheme(String?)
        case otherTopology(String)
        case part(RedisURLError.Part)
        case unknownOption(String?)
        case repeatedOption(String)
        case value(of: String)
        case needsTLS(String)
        case configuration(RedisClientConfigurationError)

        init(_ error: RedisURLError) {
            switch error {
            case .tooLong: self = .tooLong
            case .controlCharacter: self = .controlCharacter
            case .unknownScheme(let scheme): self = .scheme(scheme)
            case .otherTopology(let scheme): self = .otherTopology(scheme)
            case .invalidPart(let part, _): self = .part(part)
            case .unknownOption(let name): self = .unknownOption(name)
            case .repeatedOption(let name): self = .repeatedOption(name)
            case .invalidValue(let option, _): self = .value(of: option)
            case .needsTLS(let option): self = .needsTLS(option)
            case .invalidConfiguration(let error): self = .configuration(error)
            }
        }
    }

    let url: String
    let complaint: Complaint

    init(_ url: String, _ complaint: Complaint) {
        self.url = url
        self.complaint = complaint
    }

    var testDescription: String { Input(url).testDescription }
}

extension RejectedURL {
    static let all = schemes + addresses + options + values + conflicts

    private static let schemes: [RejectedURL] = [
        .init("", .scheme(nil)),
        .init("localhost", .scheme(nil)),
        .init("localhost:6379", .scheme(nil)),
        .init("://localhost", .scheme(nil)),
        .init("redis:/localhost", .scheme(nil)),
        .init(" redis://localhost", .scheme(nil)),
        .init("rédis://localhost", .scheme(nil)),
        .init("http://localhost", .scheme("http")),
        .init("redis+http://localhost", .scheme("redis+http")),
        .init("redis+redis+unix:///run/redis.sock", .scheme("redis+redis+unix")),
        .init("unix+cluster:///run/redis.sock", .scheme("unix+cluster")),
        .init("redis+redis+cluster://localhost", .scheme("redis+redis+cluster")),
        .init("redis+cluster://localhost:7000", .otherTopology("redis+cluster")),
        .init("RedisS+Cluster://a,b", .otherTopology("rediss+cluster")),
        .init("valkey+cluster://", .otherTopology("valkey+cluster")),
        .init("valkeys+cluster://localhost?tiemout=1", .otherTopology("valkeys+cluster")),
        .init(String(repeating: "a", count: 100_000) + "://", .scheme(String(repeating: "a", count: 40))),
        .init("redis://" + String(repeating: "a", count: 1 << 20), .tooLong),
        .init("redis://localhost\n", .controlCharacter),
        .init("redis://local\0host", .controlCharacter),
    ]

    private static let addresses: [RejectedURL] = [
        .init("redis://localhost:0", .part(.port)),
        .init("redis://localhost:65536", .part(.port)),
        .init("redis://localhost:-1", .part(.port)),
        .init("redis://localhost:+1", .part(.port)),
        .init("redis://localhost:port", .part(.port)),
        .init("redis://localhost:99999999999999999999999", .part(.port)),
        .init("redis://localhost:١", .part(.port)),
        .init("redis://localhost:1:2", .part(.port)),
        .init("redis://::1:6379", .part(.port)),
        .init("redis://[::1", .part(.host)),
        .init("redis://[::1]6379", .part(.port)),
        .init("redis://[]", .part(.host)),
        .init("redis://[localhost]", .part(.host)),
        .init("redis://[::1%25]", .part(.host)),
        .init("redis://[::g]", .part(.host)),
        .init("redis://::1]", .part(.port)),
        .init("redis://a]", .part(.host)),
        .init("redis://local host", .part(.host)),
        .init("redis://localhost ", .part(.host)),
        .init("redis://local%00host", .part(.host)),
        .init("redis://%FF", .part(.host)),
        .init("redis://%2Frun%2Fredis.sock", .part(.host)),
        .init("redis://" + String(repeating: "a", count: 254), .part(.host)),
        .init("redis://a:7000,b:7000", .part(.host)),
        .init("redis://a,b", .part(.host)),
        .init("redis://a%2Cb", .part(.host)),
        .init("redis://:%FF@localhost", .part(.userInfo)),
        .init("redis://localhost/a", .part(.database)),
        .init("redis://localhost/-1", .part(.database)),
        .init("redis://localhost/1/2", .part(.database)),
        .init("redis://localhost/1.0", .part(.database)),
        .init("redis://localhost/2147483648", .part(.database)),
        .init("redis://localhost/%FF", .part(.database)),
        .init("redis://:12#word@localhost", .part(.fragment)),
        .init("redis://app:12/34@localhost", .part(.database)),
        .init("unix:///run/redis.sock?host=localhost", .value(of: "host")),
        .init("unix:///run/redis.sock?port=6379", .value(of: "port")),
        .init("unix://", .part(.socketPath)),
        .init("unix://?db=1", .part(.socketPath)),
        .init("unix://run/redis.sock", .part(.socketPath)),
        .init("unix:///run/%00", .part(.socketPath)),
        .init("unix:///run/%FF", .part(.socketPath)),
        .init("unix:///" + String(repeating: "a", count: 107), .part(.socketPath)),
    ]

    private static let options: [RejectedURL] = [
        .init("redis://localhost?tiemout=1", .unknownOption("tiemout")),
        .init("redis://localhost?DB=1", .unknownOption("DB")),
        .init("redis://localhost?=1", .unknownOption("")),
        .init("redis://localhost?db%00=1", .unknownOption(nil)),
        .init("redis://localhost?db=1;protocol=2", .value(of: "db")),
        .init("redis://localhost?" + String(repeating: "a", count: 1000), .unknownOption(nil)),
        .init("redis://localhost?db=1&db=1", .repeatedOption("db")),
        .init("redis://localhost?db=1&%64b=2", .repeatedOption("db")),
        .init("redis://localhost?db", .value(of: "db")),
        .init("redis://localhost?db=", .value(of: "db")),
        .init("redis://localhost?password=", .value(of: "password")),
        .init("redis://localhost?client_name=%FF", .value(of: "client_name")),
        .init("redis://localhost?ssl_cert_reqs=none", .needsTLS("ssl_cert_reqs")),
        .init("unix:///run/redis.sock?ssl_ca_certs=/ca.pem", .needsTLS("ssl_ca_certs")),
    ]

    private static let values: [RejectedURL] = [
        .init("redis://localhost?db=-1", .value(of: "db")),
        .init("redis://localhost?db=1_0", .value(of: "db")),
        .init("redis://localhost?db=2147483648", .value(of: "db")),
        .init("redis://localhost?db=99999999999999999999", .value(of: "db")),
        .init("redis://localhost?client_name=my+app", .value(of: "client_name")),
        .init("redis://localhost?client_name=a%0Ab", .value(of: "client_name")),
        .init("redis://localhost?lib_name=my+app", .value(of: "lib_name")),
        .init("redis://localhost?host=", .value(of: "host")),
        .init("redis://localhost?host=a,b", .value(of: "host")),
        .init("redis://localhost?port=0", .value(of: "port")),
        .init("redis://localhost?socket_read_size=0", .value(of: "socket_read_size")),
        .init("redis://localhost?legacy_responses=maybe", .value(of: "legacy_responses")),
        .init("redis://localhost?protocol=4", .value(of: "protocol")),
        .init("redis://localhost?socket_timeout=0", .value(of: "socket_timeout")),
        .init("redis://localhost?socket_timeout=-1", .value(of: "socket_timeout")),
        .init("redis://localhost?socket_timeout=.", .value(of: "socket_timeout")),
        .init("redis://localhost?socket_timeout=s", .value(of: "socket_timeout")),
        .init("redis://localhost?socket_timeout=1.2.3", .value(of: "socket_timeout")),
        .init("redis://localhost?socket_timeout=inf", .value(of: "socket_timeout")),
        .init("redis://localhost?socket_timeout=5d", .value(of: "socket_timeout")),
        .init("redis://localhost?socket_timeout=8761h", .value(of: "socket_timeout")),
        .init("redis://localhost?socket_timeout=99999999999999999999h", .value(of: "socket_timeout")),
        .init("redis://localhost?socket_connect_timeout=none", .value(of: "socket_connect_timeout")),
        .init("redis://localhost?socket_keepalive=off", .value(of: "socket_keepalive")),
        .init("redis://localhost?socket_keepalive_idle=0", .value(of: "socket_keepalive_idle")),
        .init("redis://localhost?socket_keepalive_interval=32768", .value(of: "socket_keepalive_interval")),
        .init("redis://localhost?socket_keepalive_count=128", .value(of: "socket_keepalive_count")),
        .init("redis://localhost?tcp_user_timeout=0", .value(of: "tcp_user_timeout")),
        .init("redis://localhost?retry_on_timeout=2", .value(of: "retry_on_timeout")),
        .init("redis://localhost?health_check_interval=-5", .value(of: "health_check_interval")),
        .init("redis://localhost?max_connections=0", .value(of: "max_connections")),
        .init("redis://localhost?max_connections=1048577", .value(of: "max_connections")),
        .init("redis://localhost?min_connections=-1", .value(of: "min_connections")),
        .init("redis://localhost?max_in_flight=0", .value(of: "max_in_flight")),
        .init("redis://localhost?max_reply_bytes=65535", .value(of: "max_reply_bytes")),
        .init("redis://localhost?max_reply_bytes=-1", .value(of: "max_reply_bytes")),
        .init("redis://localhost?max_reply_bytes=mb", .value(of: "max_reply_bytes")),
        .init("redis://localhost?max_reply_bytes=1.5mb", .value(of: "max_reply_bytes")),
        .init("redis://localhost?max_reply_bytes=1tb", .value(of: "max_reply_bytes")),
        .init("redis://localhost?max_queued_bytes=9223372036854775807gb", .value(of: "max_queued_bytes")),
        .init("redis://localhost?max_queued_bytes=none", .value(of: "max_queued_bytes")),
        .init("redis://localhost?timeout=-1", .value(of: "timeout")),
        .init("redis://localhost?idle_timeout=0", .value(of: "idle_timeout")),
        .init("redis://localhost?max_lifetime=soon", .value(of: "max_lifetime")),
        .init("redis://localhost?encoding=latin-1", .value(of: "encoding")),
        .init("rediss://localhost?ssl_cert_reqs=maybe", .value(of: "ssl_cert_reqs")),
        .init("rediss://localhost?ssl_check_hostname=perhaps", .value(of: "ssl_check_hostname")),
        .init("rediss://localhost?ssl_ca_certs=a%00b", .value(of: "ssl_ca_certs")),
        .init("rediss://localhost?ssl_min_version=1.1", .value(of: "ssl_min_version")),
    ]

    private static let conflicts: [RejectedURL] = [
        .init("redis://localhost?min_connections=9", .configuration(.minConnectionsAboveMaxConnections)),
        .init("redis://h?min_connections=3&max_connections=2", .configuration(.minConnectionsAboveMaxConnections)),
        .init("rediss://localhost?ssl_keyfile=/k.pem", .configuration(.keyWithoutCertificate)),
    ]
}
