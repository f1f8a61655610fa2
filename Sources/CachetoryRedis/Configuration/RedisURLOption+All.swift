extension RedisURLOption {
    /// Every option, by redis-py's name where it has one.
    static let all: [RedisURLOption] = [
        .init("db", .integer(.database), \.configuration.database),
        .init("host", .text(.host), \.host),
        .init("port", OptionValue<Int>.integer(.port).optional, \.port),
        .init("username", .text(), \.username),
        .init("password", .text(), \.password),
        .init("client_name", .text(.clientName), \.configuration.clientName),
        .init("lib_name", .textOrNone(.clientName), \.configuration.libraryName),
        .init("lib_version", .textOrNone(.clientName), \.configuration.libraryVersion),
        .init("protocol", .choice(["2": .resp2, "3": .resp3], allowed: "2 or 3"), \.configuration.protocolVersion),

        .init("socket_timeout", .durationOrNone(), \.configuration.commandTimeout),
        .init("socket_connect_timeout", .duration(), \.configuration.connectTimeout),
        .init("socket_keepalive", .boolean, \.configuration.keepAlive),
        .init("socket_keepalive_idle", .duration(.keepAlive), \.configuration.keepAliveIdle),
        .init("socket_keepalive_interval", .duration(.keepAlive), \.configuration.keepAliveInterval),
        .init("socket_keepalive_count", .integer(.keepAliveCount), \.configuration.keepAliveCount),
        .init("tcp_user_timeout", .durationOrNone(), \.configuration.unacknowledgedTimeout),
        .init("health_check_interval", .durationOrNone(spelled: ["none", "0"]), \.configuration.healthCheckInterval),
        .init("retry_on_timeout", .boolean, \.configuration.retryOnTimeout),

        .init("max_reply_bytes", .size(.maxBytes), \.configuration.maxReplyBytes),

        .init("max_connections", .integer(.maxConnections), \.configuration.pool.maxConnections),
        .init("min_connections", .integer(.minConnections), \.configuration.pool.minConnections),
        .init("max_in_flight", .integer(.maxInFlight), \.configuration.pool.maxInFlight),
        .init("max_queued_bytes", .size(.maxBytes), \.configuration.pool.maxQueuedBytes),
        .init("timeout", .duration(.duration), \.configuration.pool.acquireTimeout),
        .init("idle_timeout", .durationOrNone(), \.configuration.pool.idleTimeout),
        .init("max_lifetime", .durationOrNone(), \.configuration.pool.maxLifetime),

        .init(
            "ssl_cert_reqs",
            .choice(
                ["none": .none, "optional": .optional, "required": .required], allowed: "none, optional or required"),
            tls: \.verification),
        .init("ssl_check_hostname", .boolean, tls: \.checksHostname),
        .init("ssl_ca_certs", .text(), tls: \.authorityFile),
        .init("ssl_ca_path", .text(), tls: \.authorityFolder),
        .init("ssl_ca_data", .text(), tls: \.authorityData),
        .init("ssl_certfile", .text(), tls: \.certificateFile),
        .init("ssl_keyfile", .text(), tls: \.keyFile),
        .init("ssl_password", .text(), tls: \.keyPassphrase),
        .init("ssl_ciphers", .text(), tls: \.ciphers),
        .init("ssl_min_version", .tlsVersion, tls: \.minimumVersion),

        .init("decode_responses", withoutEffect: .boolean),
        .init("encoding", withoutEffect: .choice(["utf-8": (), "utf8": ()], allowed: "utf-8")),
        .init("encoding_errors", withoutEffect: .text()),
        .init("socket_read_size", withoutEffect: .integer(.size)),
        .init("retry_on_error", withoutEffect: .text()),
        .init("legacy_responses", withoutEffect: .boolean),
    ]
}

extension OptionValue<RedisTLSConfiguration.Version> {
    /// Redis-py takes the numbers of `ssl.TLSVersion`, 771 and 772.
    fileprivate static var tlsVersion: Self {
        choice(
            [
                "1.2": .tls12, "tlsv1.2": .tls12, "tlsv1_2": .tls12, "771": .tls12,
                "1.3": .tls13, "tlsv1.3": .tls13, "tlsv1_3": .tls13, "772": .tls13,
            ],
            allowed: "TLSv1.2 or TLSv1.3")
    }
}
