extension Connector {
    /// A connected channel, encrypted if the configuration says so.
    ///
    /// - Parameter tls: keeps what connections share, such as sessions to be resumed.
    static func open(
        _ configuration: RedisClientConfiguration, tls: TLSContextSource?, until deadline: Timestamp
    ) throws(RedisCallError) -> Channel {
        let address = "\(configuration.address)"
        guard let tlsConfiguration = configuration.tls else {
            return Channel(try connect(configuration, until: deadline))
        }
        let context: TLSContext
        do throws(RedisTLSError) {
            context = try (tls ?? TLSContextSource(tlsConfiguration)).current()
        } catch {
            throw .tlsFailed(address: address, error)
        }
        let socket = try connect(configuration, until: deadline)
        let stream: TLSStream
        do throws(ChannelError) {
            stream = try TLSStream.connect(
                context, host: configuration.address.host, over: socket, until: deadline)
        } catch {
            switch error {
            case .tls(let error): throw .tlsFailed(address: address, error)
            case .system(.timedOut): throw .connectFailed(address: address, reason: Self.silentHandshake)
            case .system(let error): throw .connectFailed(address: address, reason: error.description)
            }
        }
        return Channel(socket, tls: stream)
    }

    /// A plain server may wait for the end of what it takes for a command.
    private static let silentHandshake = "no answer to the TLS handshake; is this the port for plain connections?"
}

extension RedisClientConfiguration.Address {
    /// The name to verify.
    fileprivate var host: String {
        switch self {
        case .tcp(let host, _): host
        case .unixSocket: "localhost"
        }
    }
}
