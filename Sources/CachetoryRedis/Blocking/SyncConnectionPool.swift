import CachetoryLocking
import CachetoryRESP
import CachetorySmallFoundation
import Dispatch

/// Connections to one server for blocking code: each call has one to itself, and waits in the kernel for its reply.
///
/// It shares nothing with a ``ConnectionPool``, and no task ever waits for it. Never call it from `async` code: it blocks
/// the thread.
///
/// ```swift
/// let pool = try SyncConnectionPool(url: "redis://localhost?max_connections=4")
/// let visits = try pool.execute(["INCR", "visits"])
/// pool.close()
/// ```
public final class SyncConnectionPool: Sendable {
    struct State {
        /// One for each connection there may be; taken by callers with a connection, and by those who are about to open one.
        var permits: FairSemaphore
        /// The last one used comes first: the others may time out.
        var idle: [SyncLease] = []
        var spinEligibility = SpinEligibility()
        /// Connections that are open, lent or idle.
        var connected = 0
        /// Callers who are about to open one.
        var opening = 0
        /// Whether that thread has a permit, so that it may be opening one. Nobody waits for it.
        var isOpeningSpare = false
        /// Whether a thread is under way that opens as many as there should be at least.
        var isRefilling = false
        /// Whether a thread is under way that tries to connect while callers fail at once.
        var isProbing = false
        var isClosed = false
        /// Until when those who close the pool wait for calls in flight.
        var drainEnd = Timestamp.distantFuture
        var breaker = ConnectCircuitBreaker()

        /// What callers are told who would have to connect, since the server has no slots of its cluster any more.
        var retirement: RedisCallError?

        /// Whether a caller has a permit.
        var isInUse: Bool { permits.lent > (isOpeningSpare ? 1 : 0) }
    }

    let configuration: RedisClientConfiguration
    let tls: TLSContextSource?
    let peer = PeerInfo()
    let state: Lock<State>
    let maintenance: MaintenancePolicy

    /// Nil for a pool on its own.
    let cluster: ClusterMembership?

    // Durations in nanoseconds: a `Duration` has 128 bits, and a call would spend a seventh of its instructions on those.
    let commandTime, connectTime, acquireTime, trustedIdleTime: Int64

    private let maintenanceTimer = Lock<MaintenanceTimer?>(nil)

    /// Signalled when the last connection comes back after the closing, and by each who was woken up by that for the next.
    let drained = DispatchSemaphore(value: 0)

    /// How long ``close()`` waits for calls in flight.
    private static let drainLimit = Duration.seconds(5)

    /// An idle connection is looked at before it is used, which costs a system call; not when it was used this short a
    /// time ago, for a loop of calls should not pay for it. Less where health checks are due sooner.
    package static let trustedIdleTime = Duration.milliseconds(1)

    /// A pool that connects when it is first used, or at once where it keeps connections open
    /// (``RedisPoolConfiguration/minConnections``).
    ///
    /// - Throws: ``RedisClientConfigurationError`` for limits that contradict each other.
    public convenience init(_ configuration: RedisClientConfiguration) throws {
        try configuration.validate()
        self.init(configuration, in: nil)
    }

    /// A pool of a valid configuration.
    init(_ configuration: RedisClientConfiguration, in cluster: ClusterMembership?) {
        self.configuration = configuration
        self.cluster = cluster
        commandTime = configuration.commandTimeout?.nanoseconds ?? .max
        connectTime = configuration.connectTimeout.nanoseconds
        acquireTime = configuration.pool.acquireTimeout.nanoseconds
        let checkInterval = configuration.healthCheckInterval ?? Self.trustedIdleTime
        trustedIdleTime = min(Self.trustedIdleTime, checkInterval).nanoseconds
        tls = cluster.map(\.tls) ?? configuration.tls.map(TLSContextSource.init)
        state = Lock(State(permits: FairSemaphore(configuration.pool.maxConnections)))
        maintenance = MaintenancePolicy(configuration)
        if let pause = maintenance.pause {
            let timer = MaintenanceTimer(every: pause) { [weak self] in self?.maintainConnections() }
            maintenanceTimer.withLock { $0 = timer }
        }
    }

    /// A pool for a connection URL such as `redis://user:password@localhost:6379/0?max_connections=4`.
    ///
    /// - Throws: ``RedisURLError``, which names what is wrong with the URL.
    public convenience init(url: String) throws {
        try self.init(RedisClientConfiguration(url: url))
    }

    /// The deadline of a command that begins then.
    func deadline(from start: Timestamp) -> Timestamp { start + commandTime }

    /// How many threads wait for a connection.
    package var waiterCount: Int { state.withLock { $0.permits.waiterCount } }

    /// How many connections are open.
    package var connectionCount: Int { state.withLock { $0.connected } }

    /// Lets calls in flight finish, for five seconds at most, and closes the connections; one that is still in use then
    /// is closed as soon as its call is over. Calls from now on, and those that wait for a connection, fail with
    /// ``RedisCallError/closed``. Closing twice does no harm: each caller returns when all is closed, or the time is
    /// over.
    public func close() {
        let (idle, isFirst, isBusy, end) = state.withLock { state in
            let isFirst = !state.isClosed
            if isFirst { state.drainEnd = .now + Self.drainLimit }
            defer {
                state.connected -= state.idle.count
                (state.idle, state.isClosed) = ([], true)
            }
            return (state.idle, isFirst, state.isInUse, state.drainEnd)
        }
        _ = idle  // closed here, outside the lock
        if isFirst {
            maintenanceTimer.withLock { $0 = nil }
            state.withLock { $0.permits.add() }?.signal()  // the first waiter wakes up, and wakes the next
        }
        guard isBusy else { return }
        let time = DispatchTimeInterval.nanoseconds(Int(max(0, end - .now)))
        if drained.wait(timeout: .now() + time) == .success { drained.signal() }
    }
}
