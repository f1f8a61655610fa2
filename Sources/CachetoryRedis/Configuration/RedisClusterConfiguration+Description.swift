extension RedisClusterConfiguration: CustomStringConvertible {
    /// Enough to recognise a cluster by.
    private static let shownSeeds = 16

    /// The cluster as a URL, with stars for user name and password: `redis+cluster://***@a:7000,b:7000/0`. Of more than
    /// 16 seeds only the first 16 are shown.
    public var description: String {
        let login = node.credentials == nil ? "" : "***@"
        let shown = seeds.prefix(Self.shownSeeds).map(\.description).joined(separator: ",")
        let rest = seeds.count > Self.shownSeeds ? ",..." : ""
        return "\(node.tls == nil ? "redis" : "rediss")+cluster://\(login)\(shown)\(rest)/\(node.database)"
    }

    /// The URL, without the login, to use for a server with these settings that is not part of a cluster.
    package func serverURL(at address: RedisClientConfiguration.Address) -> String {
        "\(node.tls == nil ? "redis" : "rediss")://\(address)" + (node.database == 0 ? "" : "/\(node.database)")
    }
}
