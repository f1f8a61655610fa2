/// How many connections a pool keeps, and how calls share them.
///
/// A few busy connections are faster than many idle ones: commands that are in flight together share system calls.
///
/// ```swift
/// let pool = RedisPoolConfiguration(maxConnections: 4, minConnections: 1, idleTimeout: .seconds(300))
/// let backend = try AsyncRedisBackend(RedisClientConfiguration(pool: pool))
/// ```
public struct RedisPoolConfiguration: Sendable, Hashable {
    /// The most connections open at once. 8 unless given; at least 1.
    public var maxConnections: Int

    /// The connections kept open even when idle. 0 unless given; at most ``maxConnections``.
    public var minConnections: Int

    /// The most commands in flight on a connection that calls share. 8192 unless given; 1 gives every call a connection
    /// to itself.
    public var maxInFlight: Int

    /// The most bytes of requests that all connections together hold until there is room to send them. 256 MB unless given;
    /// what a server that reads no more can make the process keep. While it is reached, a call waits as it does for a
    /// connection. A single request may be larger.
    public var maxQueuedBytes: Int

    /// How long a call waits for a connection before it fails. 5 s unless given; zero fails at once.
    public var acquireTimeout: Duration

    /// How long a connection beyond ``minConnections`` may be idle before it is closed. For ever (nil) unless given.
    public var idleTimeout: Duration?

    /// How old a connection may get before it is replaced. As old as it likes (nil) unless given.
    public var maxLifetime: Duration?

    /// The bytes that may wait to be sent, unless told otherwise: 256 MB.
    public static let defaultMaxQueuedBytes = 256 << 20

    /// A pool of the given limits, and of the defaults for the rest.
    public init(
        maxConnections: Int = 8,
        minConnections: Int = 0,
        maxInFlight: Int = 8192,
        maxQueuedBytes: Int = Self.defaultMaxQueuedBytes,
        acquireTimeout: Duration = .seconds(5),
        idleTimeout: Duration? = nil,
        maxLifetime: Duration? = nil
    ) {
        self.maxConnections = maxConnections
        self.minConnections = minConnections
        self.maxInFlight = maxInFlight
        self.maxQueuedBytes = maxQueuedBytes
        self.acquireTimeout = acquireTimeout
        self.idleTimeout = idleTimeout
        self.maxLifetime = maxLifetime
    }
}
