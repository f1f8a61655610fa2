extension RedisURL {
    /// All that the URL says but where the servers are, not yet checked.
    func draft() throws(RedisURLError) -> RedisURLOption.Draft {
        let configuration = RedisClientConfiguration(
            database: try database(), tls: scheme.transport == .tls ? RedisTLSConfiguration() : nil)
        var draft = RedisURLOption.Draft(configuration: configuration)
        try applyOptions(to: &draft)

        let own = try login()
        let username = own.username ?? draft.username
        let password = own.password ?? draft.password
        if username != nil || password != nil {
            // A user without a password is one that needs none; the server ignores the empty one.
            draft.configuration.credentials = .init(username: username, password: password ?? "")
        }
        return draft
    }

    /// The number in the path; 0 if there is none, or if the path is a socket's.
    private func database() throws(RedisURLError) -> Int {
        let parts = path.split(separator: UInt8(ascii: "/"))
        guard scheme.transport != .unixSocket, let first = parts.first else { return 0 }
        let number = OptionValue.integer(.database)
        guard parts.count == 1, let text = String(percentEncoded: first), let database = number.parse(text) else {
            throw .invalidPart(.database, allowed: number.allowed + hintAtPassword)
        }
        return database
    }
}
