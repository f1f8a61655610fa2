extension RedisClusterConfiguration {
    /// Reads the URL of a cluster.
    ///
    /// - `redis+cluster://[[user]:password@]host[:port][,host[:port]…][/database]`, also spelled `valkey+cluster://`
    /// - `rediss+cluster://` or `valkeys+cluster://`: the same with TLS
    ///
    /// The hosts are the seeds: 1,000 at most. An IPv6 address stands in brackets; the port is 6379 unless given. The
    /// login, the database and the options are as in ``RedisClientConfiguration/init(url:)``, and hold for each node.
    /// The options `host` and `port` are errors here.
    ///
    /// ```swift
    /// let configuration = try RedisClusterConfiguration(
    ///     url: "rediss+cluster://app:secret@a.example.com:7000,b.example.com:7000?max_connections=2")
    /// ```
    ///
    /// - Throws: ``RedisURLError``, which names the part that is wrong and what is allowed there. It never shows a
    ///   password.
    public init(url: String) throws(RedisURLError) {
        let url = try RedisURL(url, of: .cluster)
        let seeds = try url.nodes()
        let draft = try url.draft()
        guard draft.host == nil, draft.port == nil else {
            throw .invalidValue(
                option: draft.host == nil ? "port" : "host", allowed: "none beside the nodes in front of the path")
        }
        self.init(seeds: seeds, node: draft.configuration)
        guard self.seeds.count <= Self.maxSeeds else {
            throw .invalidPart(.host, allowed: "at most \(Self.maxSeeds) different nodes")
        }
        do { try validate() } catch { throw .invalidConfiguration(error) }
    }
}
