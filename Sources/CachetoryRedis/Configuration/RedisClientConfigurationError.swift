/// What is wrong with a configuration.
///
/// ```swift
/// do {
///     _ = try ConnectionPool(RedisClientConfiguration(pool: RedisPoolConfiguration(maxConnections: 0)))
/// } catch let error as RedisClientConfigurationError {
///     print(error)  // names the property and what is allowed
/// }
/// ```
public enum RedisClientConfigurationError: Error, Sendable, Hashable {
    /// A property that is outside of what is allowed.
    case invalid(property: String, allowed: String)

    /// A pool that is to keep more connections than it may have.
    case minConnectionsAboveMaxConnections

    /// A private key without the certificate that it belongs to.
    case keyWithoutCertificate
}

extension RedisClientConfigurationError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalid(let property, let allowed):
            "invalid \(property): expected \(allowed)"
        case .minConnectionsAboveMaxConnections:
            "minConnections (min_connections in a URL) has to be at most maxConnections (max_connections)"
        case .keyWithoutCertificate:
            "a keyFile (ssl_keyfile in a URL) needs the certificateFile (ssl_certfile) that it belongs to"
        }
    }
}
