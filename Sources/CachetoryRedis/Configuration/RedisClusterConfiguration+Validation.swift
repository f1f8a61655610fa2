extension RedisClusterConfiguration {
    /// Checks each part, and that they fit each other. Opens no connection.
    ///
    /// - Throws: an error that names the first part that is wrong and what is allowed there.
    package func validate() throws(RedisClientConfigurationError) {
        try Constraint.within(1...Self.maxSeeds).check(seeds.count, of: "seeds.count")
        for seed in seeds {
            guard case .tcp = seed else {
                throw .invalid(property: "seeds", allowed: "addresses of TCP, for a Unix socket is of one server")
            }
            try node.validate(seed, as: "seeds")
        }
        try node.validateAllButAddress()
    }
}
