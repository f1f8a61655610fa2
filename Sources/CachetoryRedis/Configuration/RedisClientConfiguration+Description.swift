extension RedisClientConfiguration: CustomStringConvertible {
    /// The connection as a URL, with stars for who logs in: `redis://***@localhost:6379/0`.
    public var description: String {
        let login = credentials == nil ? "" : "***@"
        switch address {
        case .tcp:
            return "\(tls == nil ? "redis" : "rediss")://\(login)\(address)/\(database)"
        case .unixSocket:
            return "unix://\(login)\(address)?db=\(database)"
        }
    }
}
