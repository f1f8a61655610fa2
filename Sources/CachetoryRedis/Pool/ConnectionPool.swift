import CachetoryLocking
import CachetoryRESP
import CachetorySmallFoundation
import Synchronization

/// Connections to one server, shared by all tasks that use it.
///
/// Commands of many tasks go over few connections, in batches that form by themselves under load; each caller gets its
/// own reply, or an error. Connections are opened when they are needed, and replaced when they break.
///
/// ```swift
/// let pool = try ConnectionPool(url: "redis://localhost")
/// let visits = try await pool.execute(["INCR", "visits"])
/// await pool.close()
/// ```
public actor ConnectionPool {
    nonisolated let configuration: RedisClientConfiguration
    nonisolated let tls: TLSContextSource?
    nonisolated let peer = PeerInfo()

    /// The command timeout in nanoseconds: a `Duration` has 128 bits, which each call would pay for.
    private nonisolated let commandTime: Int64
    nonisolated let reactor: Reactor

    /// Set while somebody waits for a lease, or for a connection to get idle: what one asks after each batch of replies.
    nonisolated let isAwaited = Atomic<Bool>(false)

    /// What the pool decides upon, under a lock rather than the actor's isolation: see ``State``. Most leases need no more
    /// than a look at it.
    nonisolated let state: Lock<State>

    /// What the connections hold that nobody has room for. At its limit, callers wait.
    nonisolated let queued: QueuedBytes

    /// Which requests have large replies, so that nobody is put behind one.
    nonisolated let replySizes = ReplySizeMemory()
    nonisolated let maintenance: MaintenancePolicy
    nonisolated let timer: PoolTimer

    /// Nil for a pool on its own, which has a reactor to itself.
    nonisolated let cluster: ClusterMembership?

    /// Does what blocks, such as opening a connection, on a thread of its own: never on one that runs tasks, nor on one of
    /// Dispatch's, of which there are so few on Linux that some servers which say nothing would leave none to anybody.
    nonisolated static func onOwnThread(_ body: @escaping @Sendable () -> Void) throws(Errno) {
        try JoinableThread.startDetached(body)
    }

    /// A pool that connects when it is first used, or at once where it keeps connections open
    /// (``RedisPoolConfiguration/minConnections``).
    ///
    /// - Throws: ``RedisClientConfigurationError`` for values that contradict each other; the system's error where it
    ///   has no descriptor left for the pool's own use.
    public init(_ configuration: RedisClientConfiguration) throws {
        try configuration.validate()
        self.init(configuration, reactor: try Reactor())
    }

    /// A pool of a valid configuration, over a reactor that nobody else uses, or one of a cluster's.
    package init(_ configuration: RedisClientConfiguration, reactor: Reactor, in cluster: ClusterMembership? = nil) {
        self.configuration = configuration
        self.cluster = cluster
        commandTime = configuration.commandTimeout?.nanoseconds ?? .max
        tls = cluster.map(\.tls) ?? configuration.tls.map(TLSContextSource.init)
        self.reactor = reactor
        state = Lock(State(configuration.pool))
        queued = QueuedBytes(limit: configuration.pool.maxQueuedBytes)
        maintenance = MaintenancePolicy(configuration)
        timer = PoolTimer(reactor: reactor)
        timer.onFire { [weak self] in self?.timerFired() }
        if maintenance.minConnections > 0 { update { maintainConnections(&$0, &$1) } }
    }

    /// A pool for a connection URL such as `redis://user:password@localhost:6379/0?max_connections=4`.
    ///
    /// - Throws: ``RedisURLError``, which names what is wrong with the URL.
    public init(url: String) throws {
        try self.init(RedisClientConfiguration(url: url))
    }

    deinit {
        if cluster == nil { return reactor.stop() }
        timer.cancel()
        // The reactor is the other nodes' as well, and keeps what is registered with it.
        for connection in members { connection.close(RedisCallError.poolClosed) }
    }

    /// The deadline of a command that begins then.
    nonisolated func deadline(from start: Timestamp) -> Timestamp { start + commandTime }

    /// How many connections are open.
    package var connectionCount: Int { members.count }

    nonisolated var members: [Connection] { state.withLock { $0.connections.members } }

    /// How many bytes of requests wait to be sent, as far as they are counted.
    package nonisolated var queuedBytes: Int { queued.value }

    /// Whether a connection is to be closed once it has nothing in flight.
    package nonisolated var isReplacing: Bool { state.withLock { $0.connections.hasRetiring } }

    /// How many callers wait for a lease.
    package var waiterCount: Int { state.withLock { $0.queue.count } }

    /// Runs tasks on the thread that reads the replies. Tasks that prefer it call Redis without a switch of threads:
    ///
    /// ```swift
    /// let pool = try ConnectionPool(url: "redis://localhost")
    /// try await withTaskExecutorPreference(pool.taskExecutor) { try await pool.execute(["GET", "key"]) }
    /// ```
    ///
    /// The thread serves the whole pool: work on it must not block, nor compute for long.
    public nonisolated var taskExecutor: any TaskExecutor { reactor }
}
