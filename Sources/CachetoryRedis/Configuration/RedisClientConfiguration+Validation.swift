extension RedisClientConfiguration {
    /// Checks each part, and that they fit each other. Opens nothing and asks nobody.
    ///
    /// - Throws: an error that names the first part that is wrong and what is allowed there.
    package func validate() throws(RedisClientConfigurationError) {
        try validate(address, as: "address")
        try validateAllButAddress()
    }

    /// Checks an address that is to be connected to with these settings.
    ///
    /// - Parameter property: what the address is called in an error.
    func validate(_ address: Address, as property: String) throws(RedisClientConfigurationError) {
        switch address {
        case .tcp(let host, let port):
            try Constraint.host.check(host, of: "\(property).host")
            try Constraint.port.check(port, of: "\(property).port")
            if let tls, tls.serverName == nil, tls.verifiesHostname {
                try Constraint.serverName.check(host, of: "\(property).host")
            }
        case .unixSocket(let path):
            try Constraint.socketPath.check(path, of: "\(property).path")
        }
    }

    /// Checks what is the same for all servers.
    func validateAllButAddress() throws(RedisClientConfigurationError) {
        try Constraint.database.check(database, of: "database")
        if let clientName { try Constraint.clientName.check(clientName, of: "clientName") }
        if let libraryName { try Constraint.clientName.check(libraryName, of: "libraryName") }
        if let libraryVersion { try Constraint.clientName.check(libraryVersion, of: "libraryVersion") }
        try Constraint.positiveDuration.check(connectTimeout, of: "connectTimeout")
        if let commandTimeout { try Constraint.positiveDuration.check(commandTimeout, of: "commandTimeout") }
        try Constraint.keepAlive.check(keepAliveIdle, of: "keepAliveIdle")
        try Constraint.keepAlive.check(keepAliveInterval, of: "keepAliveInterval")
        try Constraint.keepAliveCount.check(keepAliveCount, of: "keepAliveCount")
        if let unacknowledgedTimeout {
            try Constraint.positiveDuration.check(unacknowledgedTimeout, of: "unacknowledgedTimeout")
        }
        if let healthCheckInterval {
            try Constraint.positiveDuration.check(healthCheckInterval, of: "healthCheckInterval")
        }
        try Constraint.maxBytes.check(maxReplyBytes, of: "maxReplyBytes")
        try tls?.validate()
        try pool.validate()
    }
}

extension RedisPoolConfiguration {
    fileprivate func validate() throws(RedisClientConfigurationError) {
        try Constraint.maxConnections.check(maxConnections, of: "pool.maxConnections")
        try Constraint.minConnections.check(minConnections, of: "pool.minConnections")
        guard minConnections <= maxConnections else { throw .minConnectionsAboveMaxConnections }
        try Constraint.maxInFlight.check(maxInFlight, of: "pool.maxInFlight")
        try Constraint.maxBytes.check(maxQueuedBytes, of: "pool.maxQueuedBytes")
        try Constraint.duration.check(acquireTimeout, of: "pool.acquireTimeout")
        if let idleTimeout { try Constraint.positiveDuration.check(idleTimeout, of: "pool.idleTimeout") }
        if let maxLifetime { try Constraint.positiveDuration.check(maxLifetime, of: "pool.maxLifetime") }
    }
}

extension RedisTLSConfiguration {
    fileprivate func validate() throws(RedisClientConfigurationError) {
        if let serverName { try Constraint.serverName.check(serverName, of: "tls.serverName") }
        let texts = [
            ("tls.authorityFile", authorityFile),
            ("tls.authorityFolder", authorityFolder), ("tls.authorityData", authorityData),
            ("tls.certificateFile", certificateFile), ("tls.keyFile", keyFile),
            ("tls.keyPassphrase", keyPassphrase), ("tls.ciphers", ciphers),
        ]
        for case (let property, let text?) in texts {
            try Constraint.text.check(text, of: property)
        }
        guard keyFile == nil || certificateFile != nil else { throw .keyWithoutCertificate }
    }
}
