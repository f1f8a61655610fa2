import CachetoryRedis

extension RedisPy.Connection {
    /// What redis-py would be given to behave as a configuration says.
    init(_ configuration: RedisClientConfiguration) throws {
        let login = try configuration.credentials?.login()
        let pool = configuration.pool
        var arguments: [String: RedisPy.Argument] = [
            "db": .number(Double(configuration.database)),
            "username": .init(login?.username),
            // No password and an empty one are the same to it.
            "password": .init(login?.password == "" ? nil : login?.password),
            "client_name": .init(configuration.clientName),
            "lib_name": .init(configuration.libraryName),
            "lib_version": .init(configuration.libraryVersion),
            "protocol": .number(Double(configuration.protocolVersion.rawValue)),
            "socket_timeout": .init(configuration.commandTimeout),
            "socket_connect_timeout": .init(configuration.connectTimeout),
            "socket_keepalive": .boolean(configuration.keepAlive),
            "health_check_interval": .init(configuration.healthCheckInterval ?? .zero),
            "retry_on_timeout": .boolean(configuration.retryOnTimeout),
            "max_connections": .number(Double(pool.maxConnections)),
            "timeout": .init(pool.acquireTimeout),
        ]
        switch configuration.address {
        case .tcp(let host, let port):
            arguments["host"] = .text(host)
            arguments["port"] = .number(Double(port))
            connectionClass = configuration.tls == nil ? "Connection" : "SSLConnection"
        case .unixSocket(let path):
            arguments["path"] = .text(path)
            connectionClass = "UnixDomainSocketConnection"
        }
        if let tls = configuration.tls {
            arguments.merge(Self.arguments(of: tls)) { $1 }
        }
        self.arguments = arguments
    }

    private static func arguments(of tls: RedisTLSConfiguration) -> [String: RedisPy.Argument] {
        [
            "ssl_cert_reqs": .text(tls.verification.rawValue),
            "ssl_check_hostname": .boolean(tls.checksHostname),
            "ssl_ca_certs": .init(tls.authorityFile),
            "ssl_ca_path": .init(tls.authorityFolder),
            "ssl_ca_data": .init(tls.authorityData),
            "ssl_certfile": .init(tls.certificateFile),
            "ssl_keyfile": .init(tls.keyFile),
            "ssl_password": .init(tls.keyPassphrase),
            "ssl_ciphers": .init(tls.ciphers),
            // The numbers of `ssl.TLSVersion`.
            "ssl_min_version": .number(tls.minimumVersion == .tls12 ? 771 : 772),
        ]
    }
}

extension RedisPy.Argument {
    fileprivate init(_ text: String?) {
        self = text.map(Self.text) ?? .none
    }

    fileprivate init(_ duration: Duration?) {
        self = duration.map { .number($0 / .seconds(1)) } ?? .none
    }
}
