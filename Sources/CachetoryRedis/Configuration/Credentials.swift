extension RedisClientConfiguration {
    /// Who logs in, fixed or asked for at each connect.
    ///
    /// ```swift
    /// var configuration = RedisClientConfiguration()
    /// configuration.credentials = .init(username: "app", password: "secret")
    /// configuration.credentials = .init {
    ///     .init(username: "app", password: try String(contentsOfFile: "/run/secrets/redis", encoding: .utf8))
    /// }
    /// ```
    public struct Credentials: Sendable {
        private let provider: @Sendable () throws -> Login

        /// The same login for every connection.
        ///
        /// - Parameter username: the ACL user; nil logs in as the server's `default` user.
        public init(username: String? = nil, password: String) {
            let login = Login(username: username, password: password)
            self.provider = { login }
        }

        /// A login that is asked for at each connect, for secrets that change while the program runs.
        ///
        /// - Parameter provider: called from any thread, from several at once too, with a connection waiting for it. It
        ///   should return soon: read a file or a variable, and fetch from afar in a task of its own. What it throws
        ///   fails that connect alone.
        public init(provider: @escaping @Sendable () throws -> Login) {
            self.provider = provider
        }

        /// Who logs in now.
        package func login() throws -> Login { try provider() }
    }

    /// A user and a password, as sent by `AUTH` or `HELLO`.
    ///
    /// ```swift
    /// let login = RedisClientConfiguration.Login(username: "app", password: "secret")
    /// ```
    public struct Login: Sendable, Hashable {
        /// The ACL user, or nil for the server's `default` user.
        public let username: String?

        /// The password. No description shows it.
        public var password: String { secretPassword.value }

        private let secretPassword: Secret

        /// A user and a password; without a user, that of the server's `default` user.
        public init(username: String? = nil, password: String) {
            self.username = username
            self.secretPassword = Secret(value: password)
        }
    }
}
