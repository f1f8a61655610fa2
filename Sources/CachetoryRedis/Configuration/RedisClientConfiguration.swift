/// Where a Redis or Valkey server is, how to log in, and how long to wait for it.
///
/// ```swift
/// var configuration = try RedisClientConfiguration(url: "rediss://app:secret@cache.example.com/1?max_connections=4")
/// configuration.commandTimeout = .milliseconds(200)
/// ```
///
/// Whatever opens a connection checks the configuration first, so a value that makes no sense is an error rather than a
/// trap. The description shows no password.
public struct RedisClientConfiguration: Sendable {
    /// The place a server listens at.
    ///
    /// ```swift
    /// let local = RedisClientConfiguration(address: .unixSocket(path: "/run/redis/redis.sock"))
    /// let remote = RedisClientConfiguration(address: .tcp(host: "cache.example.com", port: 6380))
    /// ```
    public enum Address: Sendable, Hashable, CustomStringConvertible {
        /// A host name or an IP address (IPv6 without brackets, with its zone if it has one), and a port.
        case tcp(host: String, port: Int)

        /// The path of a Unix domain socket.
        case unixSocket(path: String)

        public var description: String {
            switch self {
            case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            case .unixSocket(let path): path
            }
        }
    }

    /// A version of the protocol that is spoken with the server.
    ///
    /// ```swift
    /// let configuration = RedisClientConfiguration(protocolVersion: .resp2)
    /// ```
    public enum ProtocolVersion: Int, Sendable, Hashable, CaseIterable {
        /// Understood by every server.
        case resp2 = 2

        /// Understood since Redis 6, with types of its own for maps, doubles, booleans and messages out of band.
        case resp3 = 3
    }

    /// What ``libraryName`` is unless given.
    public static let defaultLibraryName = "cachetory-swift"

    /// What ``libraryVersion`` is unless given.
    public static let defaultLibraryVersion = "0.1.0"

    /// The size of the largest reply, unless another one was given: 512 MB.
    public static let defaultMaxReplyBytes = 512 << 20

    /// The port of a server that was given none.
    public static let defaultPort = 6379

    /// Where the server listens. `localhost:6379` unless given.
    public var address: Address

    /// The number of the database that each connection selects. 0 unless given.
    public var database: Int

    /// How each connection logs in. With nil, the default, it doesn't.
    public var credentials: Credentials?

    /// The name that each connection shows in `CLIENT LIST`: printable ASCII without spaces. None unless given.
    public var clientName: String?

    /// What servers from Redis 7.2 on show as this client's name, `lib-name` in `CLIENT LIST`: printable ASCII without
    /// spaces. `cachetory-swift` unless given; with nil, nothing is said of it.
    public var libraryName: String?

    /// What servers from Redis 7.2 on show as this client's version, `lib-ver` in `CLIENT LIST`: printable ASCII without
    /// spaces. This library's unless given; with nil, nothing is said of it.
    public var libraryVersion: String?

    /// The protocol asked for. RESP3 unless given; a server that doesn't know `HELLO` gets RESP2 all the same.
    public var protocolVersion: ProtocolVersion

    /// How connections are encrypted. With nil, the default, they are not.
    public var tls: RedisTLSConfiguration?

    /// How long a connection may take to be ready: name resolution, connect, TLS and log-in together. 5 s unless given.
    public var connectTimeout: Duration

    /// How long a command may take, from the call to its reply. 5 s unless given; nil waits for ever.
    public var commandTimeout: Duration?

    /// Whether the system probes a silent connection (`SO_KEEPALIVE`), so that a peer which is gone without a word is noticed
    /// while nobody calls, or calls without a timeout. True unless given; means nothing to a Unix socket.
    public var keepAlive: Bool

    /// How long a connection may be silent before it is probed (`TCP_KEEPIDLE`). 30 s unless given: the system's own default
    /// is two hours. Rounded up to whole seconds; without ``keepAlive`` it means nothing.
    public var keepAliveIdle: Duration

    /// How long the system waits between probes that nobody answers (`TCP_KEEPINTVL`). 10 s unless given, rounded up to whole
    /// seconds.
    public var keepAliveInterval: Duration

    /// After how many such probes the connection is given up (`TCP_KEEPCNT`). 3 unless given: with the other defaults a peer
    /// that is gone is noticed after a minute.
    public var keepAliveCount: Int

    /// How long what was sent may stay unacknowledged before the connection is given up (`TCP_USER_TIMEOUT`). 60 s unless
    /// given; with nil it is the system's time, which is a quarter of an hour.
    ///
    /// It also counts while a server acknowledges, but has no room for what is to be sent: a server that reads nothing for
    /// longer than that loses its connection. Rounded up to milliseconds. Linux alone has it.
    public var unacknowledgedTimeout: Duration?

    /// How long a connection may have been silent before a `PING` goes ahead of the next command. Off (nil) unless
    /// given.
    public var healthCheckInterval: Duration?

    /// Whether a command that timed out is sent once more. False unless given: it may have been carried out.
    public var retryOnTimeout: Bool

    /// How large a reply may be, in bytes, of which each element of an array or a map counts for some 24 more. 512 MB unless
    /// given, which is the largest value that Redis stores by default. A larger reply ends its connection with
    /// ``RedisCallError/protocolViolation(reason:_:)``.
    public var maxReplyBytes: Int

    /// How many connections there are, and how they are shared.
    public var pool: RedisPoolConfiguration

    /// Who looks the host's name up.
    package var resolver = HostResolver.system

    /// A configuration of the given parts, and of the defaults for the rest.
    public init(
        address: Address = .tcp(host: "localhost", port: Self.defaultPort),
        database: Int = 0,
        credentials: Credentials? = nil,
        clientName: String? = nil,
        libraryName: String? = Self.defaultLibraryName,
        libraryVersion: String? = Self.defaultLibraryVersion,
        protocolVersion: ProtocolVersion = .resp3,
        tls: RedisTLSConfiguration? = nil,
        connectTimeout: Duration = .seconds(5),
        commandTimeout: Duration? = .seconds(5),
        keepAlive: Bool = true,
        keepAliveIdle: Duration = .seconds(30),
        keepAliveInterval: Duration = .seconds(10),
        keepAliveCount: Int = 3,
        unacknowledgedTimeout: Duration? = .seconds(60),
        healthCheckInterval: Duration? = nil,
        retryOnTimeout: Bool = false,
        maxReplyBytes: Int = Self.defaultMaxReplyBytes,
        pool: RedisPoolConfiguration = RedisPoolConfiguration()
    ) {
        self.address = address
        self.database = database
        self.credentials = credentials
        self.clientName = clientName
        self.libraryName = libraryName
        self.libraryVersion = libraryVersion
        self.protocolVersion = protocolVersion
        self.tls = tls
        self.connectTimeout = connectTimeout
        self.commandTimeout = commandTimeout
        self.keepAlive = keepAlive
        self.keepAliveIdle = keepAliveIdle
        self.keepAliveInterval = keepAliveInterval
        self.keepAliveCount = keepAliveCount
        self.unacknowledgedTimeout = unacknowledgedTimeout
        self.healthCheckInterval = healthCheckInterval
        self.retryOnTimeout = retryOnTimeout
        self.maxReplyBytes = maxReplyBytes
        self.pool = pool
    }
}
