import CachetoryRedis
import Testing

@Suite struct RedisURLErrorTests {
    @Test(arguments: RejectedURL.all)
    func `an error says in one line what is wrong`(row: RejectedURL) throws {
        let error = try #require(throws: RedisURLError.self) { try RedisClientConfiguration(url: row.url) }
        #expect(error.description.count < 1000)
        #expect(!error.description.contains { $0.isNewline })
        if case .value(let option) = row.complaint {
            #expect(error.description.hasPrefix("invalid '\(option)' in the Redis URL: expected "))
        }
    }

    @Test(arguments: [
        "redis://:hunter2/x@localhost", "redis://:12/hunter2@localhost", "redis://:1?hunter2@localhost",
        "redis://app:1?hunter2&x=y@localhost", "redis://:1?a=1&hunter2=y@localhost", "redis://:hunter2#x@localhost",
        "redis://:1#hunter2@localhost", "redis://:hunter2", "redis://:%FFhunter2@localhost", "hunter2@localhost",
        "redis://:hunter2@localhost:0", "redis://:hunter2@localhost?db=x", "redis://:hunter2@local host",
        "redis://localhost?password=hunter2%FF", "redis://localhost?password=x&hunter2", "redis://:hunter2@",
        "rediss://localhost?ssl_password=x&hunter2=y", "unix://:x/hunter2@/run/redis.sock", "redis://:x[hunter2@[::1",
        "redis://:x,hunter2@localhost", "redis://:x,hunter2/y@localhost", "redis+cluster://:hunter2@localhost",
    ])
    func `no error and no description repeats a password`(url: String) {
        do {
            let configuration = try RedisClientConfiguration(url: url)
            #expect(!String(reflecting: configuration).contains("hunter2"))
        } catch {
            #expect(!String(reflecting: error).contains("hunter2"))
            #expect(!error.description.contains("hunter2"))
        }
    }

    @Test func `an unknown option is told the known ones`() {
        let error = #expect(throws: RedisURLError.self) {
            try RedisClientConfiguration(url: "redis://localhost?tiemout=1")
        }
        #expect(
            error?.description == """
                unknown option 'tiemout' in the Redis URL: expected db, host, port, username, password, client_name, \
                lib_name, lib_version, protocol, \
                socket_timeout, socket_connect_timeout, socket_keepalive, socket_keepalive_idle, \
                socket_keepalive_interval, socket_keepalive_count, tcp_user_timeout, health_check_interval, \
                retry_on_timeout, max_reply_bytes, max_connections, min_connections, max_in_flight, max_queued_bytes, \
                timeout, idle_timeout, max_lifetime, ssl_cert_reqs, \
                ssl_check_hostname, ssl_ca_certs, ssl_ca_path, ssl_ca_data, ssl_certfile, ssl_keyfile, ssl_password, \
                ssl_ciphers, ssl_min_version, decode_responses, encoding, encoding_errors, socket_read_size, \
                retry_on_error or legacy_responses
                """)
    }

    @Test(arguments: [
        "redis://:pa/ss@localhost", "redis://app:12/34@localhost", "redis://:pa?ss@localhost",
        "redis://:12#ss@localhost",
        "redis://:12?db=ss@localhost", "redis://app:12/@localhost", "redis://:1,2/34@localhost",
    ])
    func `an error where a password may be cut says how to write it`(url: String) {
        let error = #expect(throws: RedisURLError.self) { try RedisClientConfiguration(url: url) }
        #expect(
            error?.description.hasSuffix("; in a password write '/', '?', '#' and '&' as %2F, %3F, %23 and %26") == true
        )
    }

    @Test func `an unknown scheme is told the known ones`() {
        let error = #expect(throws: RedisURLError.self) { try RedisClientConfiguration(url: "http://localhost") }
        #expect(
            error?.description == """
                unknown scheme 'http' in the Redis URL: it has to start with redis://, rediss://, unix://, \
                valkey://, valkeys://, valkey+unix://, redis+cluster://, rediss+cluster://, valkey+cluster://, \
                valkeys+cluster:// or redis+unix://
                """)
    }

    @Test(arguments: [
        (
            "redis+cluster://a:7000",
            """
            redis+cluster:// is the URL of a cluster, and one server is asked for here: give it to a backend, to \
            AsyncRedisClient, to SyncRedisClient or to RedisClusterConfiguration
            """
        ),
        (
            "redis://a:7000,b:7000",
            """
            invalid host in the Redis URL: expected one host; only a cluster has several, as in \
            redis+cluster://a:7000,b:7000
            """
        ),
    ])
    func `a URL of a cluster is told who takes it`(url: String, text: String) {
        let error = #expect(throws: RedisURLError.self) { try RedisClientConfiguration(url: url) }
        #expect(error?.description == text)
    }

    @Test(arguments: [
        (
            "rediss://a:7000",
            """
            rediss:// is the URL of one server, and a cluster is asked for here: give it to RedisClientConfiguration, or \
            write rediss+cluster:// if it is part of one
            """
        ),
        (
            "valkey+unix:///run/valkey.sock",
            """
            valkey+unix:// is the URL of one server, and a cluster is asked for here: give it to RedisClientConfiguration
            """
        ),
    ])
    func `a URL of one server is told who takes it`(url: String, text: String) {
        let error = #expect(throws: RedisURLError.self) { try RedisClusterConfiguration(url: url) }
        #expect(error?.description == text)
    }

    @Test(arguments: [
        ("redis://localhost?max_connections=0", "a whole number from 1 to 1048576"),
        ("redis://localhost?socket_keepalive=off", "true or false"),
        (
            "redis://localhost?health_check_interval=-1",
            """
            a duration above zero, in seconds (0.5) or with a unit (500ms, 5s, 2m, 1h), up to 8760h, or none or 0
            """
        ),
        ("rediss://localhost?ssl_cert_reqs=maybe", "none, optional or required"),
    ])
    func `a wrong value is told what is allowed`(url: String, allowed: String) {
        let error = #expect(throws: RedisURLError.self) { try RedisClientConfiguration(url: url) }
        #expect(error?.description.hasSuffix(" in the Redis URL: expected " + allowed) == true)
    }
}
