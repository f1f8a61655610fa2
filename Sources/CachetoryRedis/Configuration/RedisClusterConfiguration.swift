/// Where a Redis Cluster or a Valkey Cluster is, and how to connect to each of its nodes.
///
/// ```swift
/// var configuration = try RedisClusterConfiguration(url: "redis+cluster://:secret@10.0.0.1:7000,10.0.0.2:7000")
/// configuration.node.commandTimeout = .milliseconds(500)
/// configuration.node.pool.maxConnections = 2  // to each node
/// ```
///
/// A few seeds are enough: any node that answers tells the addresses of all others. The values are checked when a
/// client or a backend is made. The description shows no password.
public struct RedisClusterConfiguration: Sendable {
    /// The most seeds that a configuration may have: as many as the nodes of the largest clusters.
    public static let maxSeeds = 1_000

    /// The nodes that are asked first for all others: TCP addresses, at least one and at most ``maxSeeds``. Duplicates
    /// are dropped.
    public var seeds: [RedisClientConfiguration.Address] {
        didSet { seeds = Self.distinct(seeds) }
    }

    /// What is the same for all nodes: login, database, TLS, timeouts, and the limits of the connections to *each* of them.
    /// Its address is ignored. Its ``RedisClientConfiguration/commandTimeout`` is for a whole call, with all redirects.
    ///
    /// The certificate of a node has to name the host that the cluster announces for it, or
    /// ``RedisTLSConfiguration/serverName`` if that is given. A database other than 0 needs Valkey 9 or later, with
    /// `cluster-databases`.
    public var node: RedisClientConfiguration

    /// Maps the address that the cluster announces for a node to the one at which it can be reached, for nodes behind
    /// NAT or in a network of containers. With nil, the default, announced addresses are used as they are.
    ///
    /// Called from any thread, at any time, for any node: it must not block, and has to return the same address each
    /// time. It is not called for ``seeds``.
    public var nodeAddress: (@Sendable (RedisClientConfiguration.Address) -> RedisClientConfiguration.Address)?

    /// A cluster with the given seeds. Nothing is checked yet.
    ///
    /// ```swift
    /// let configuration = RedisClusterConfiguration(
    ///     seeds: [.tcp(host: "localhost", port: 7000), .tcp(host: "localhost", port: 7001)],
    ///     node: RedisClientConfiguration(commandTimeout: .milliseconds(500)),
    ///     nodeAddress: { announced in
    ///         // All nodes are behind one host, with ports of their own.
    ///         guard case .tcp(_, let port) = announced else { return announced }
    ///         return .tcp(host: "localhost", port: port)
    ///     })
    /// ```
    public init(
        seeds: [RedisClientConfiguration.Address],
        node: RedisClientConfiguration = RedisClientConfiguration(),
        nodeAddress: (@Sendable (RedisClientConfiguration.Address) -> RedisClientConfiguration.Address)? = nil
    ) {
        self.seeds = Self.distinct(seeds)
        self.node = node
        self.nodeAddress = nodeAddress
    }

    private static func distinct(
        _ addresses: [RedisClientConfiguration.Address]
    ) -> [RedisClientConfiguration.Address] {
        var seen: Set<RedisClientConfiguration.Address> = []
        return addresses.filter { seen.insert($0).inserted }
    }
}

extension RedisClusterConfiguration {
    /// How to connect to a seed.
    package func configuration(ofSeed seed: RedisClientConfiguration.Address) -> RedisClientConfiguration {
        var configuration = node
        configuration.address = seed
        return configuration
    }

    /// How to connect to a node at the address that the cluster announces. Where ``nodeAddress`` leads to what is no
    /// address, connecting fails.
    package func configuration(ofNode announced: RedisClientConfiguration.Address) -> RedisClientConfiguration {
        configuration(ofSeed: nodeAddress?(announced) ?? announced)
    }
}
