/// What a connection URL names: one server, or a cluster of them.
package enum RedisTopologyConfiguration: Sendable {
    case server(RedisClientConfiguration)
    case cluster(RedisClusterConfiguration)

    /// Reads the URL of either.
    package init(url: String) throws(RedisURLError) {
        switch try RedisURL(url).scheme.topology {
        case .server: self = .server(try RedisClientConfiguration(url: url))
        case .cluster: self = .cluster(try RedisClusterConfiguration(url: url))
        }
    }

    /// What is the same for all servers.
    package var node: RedisClientConfiguration {
        get {
            switch self {
            case .server(let configuration): configuration
            case .cluster(let configuration): configuration.node
            }
        }
        set {
            switch self {
            case .server: self = .server(newValue)
            case .cluster(var configuration):
                configuration.node = newValue
                self = .cluster(configuration)
            }
        }
    }

    package func validate() throws(RedisClientConfigurationError) {
        switch self {
        case .server(let configuration): try configuration.validate()
        case .cluster(let configuration): try configuration.validate()
        }
    }
}

extension RedisTopologyConfiguration: CustomStringConvertible {
    package var description: String {
        switch self {
        case .server(let configuration): "\(configuration)"
        case .cluster(let configuration): "\(configuration)"
        }
    }
}
