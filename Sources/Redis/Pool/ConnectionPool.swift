import Locking
import RESP
import SmallFoundation
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
    nonisolated let configuration: RedisConfiguration
    nonisolated let tls: TLSContextSource?

    /// The command timeout in nanoseconds: a `Duration` has 128 bits, which each call would pay for.
    private nonisolated let commandTime: Int64
    nonisolated let reactor: Reactor

    /// Set while somebody waits for a lease, or for a connection to get idle: what one asks after each batch of replies.
    nonisolated let isAwaited = Atomic<Bool>(false)

    /// Set while a visit of ``serve()`` is on its way, so that there is one at a time.
    nonisolated let isServing = Atomic<Bool>(false)

    /// The connections. Under a lock rather than the actor's, for most leases need no more than a look at it, and a visit of
    /// the actor would cost several times as much. Whatever takes more is the actor's.
    nonisolated let state: Lock<PoolState<Connection>>
    var queue = LeaseQueue<Connection>()
    var recovery = ConnectRecovery()
    nonisolated let upkeep: UpkeepPolicy
    private var alarm: PoolAlarm?

    enum Phase {
        case open, draining(CheckedContinuation<Void, Never>, until: Timestamp), closed
    }
    private(set) var phase = Phase.open

    /// How long ``close()`` waits for commands in flight.
    private static let drainLimit = Duration.seconds(5)

    /// Does what blocks, such as opening a connection, on a thread of its own: never on one that runs tasks, nor on one of
    /// Dispatch's, of which there are so few on Linux that some servers which say nothing would leave none to anybody.
    nonisolated static func onOwnThread(_ body: @escaping @Sendable () -> Void) throws(Errno) {
        try JoinableThread(body).detach()
    }

    /// A pool that connects when it is first used, or at once where it keeps connections open
    /// (``PoolConfiguration/minConnections``).
    ///
    /// - Throws: ``RedisConfigurationError`` for values that contradict each other; the system's error where it has no
    ///   descriptor left for the pool's own use.
    public init(_ configuration: RedisConfiguration) throws {
        try configuration.validate()
        self.configuration = configuration
        commandTime = configuration.commandTimeout?.nanoseconds ?? .max
        tls = configuration.tls.map(TLSContextSource.init)
        reactor = try Reactor()
        state = Lock(
            PoolState(maxConnections: configuration.pool.maxConnections, maxInFlight: configuration.pool.maxInFlight))
        upkeep = UpkeepPolicy(configuration)
        if upkeep.minConnections > 0 { Task { [weak self] in await self?.lookAfterConnections() } }
    }

    /// A pool for a connection URL such as `redis://user:password@localhost:6379/0?max_connections=4`.
    ///
    /// - Throws: ``RedisURLError``, which names what is wrong with the URL.
    public init(url: String) throws {
        try self.init(RedisConfiguration(url: url))
    }

    deinit {
        reactor.stop()
    }

    /// The deadline of a command that begins then.
    nonisolated func deadline(from start: Timestamp) -> Timestamp { start + commandTime }

    /// How many connections are open.
    package var connectionCount: Int { members.count }

    var members: [Connection] { state.withLock { $0.members } }

    /// Whether a connection is to be closed once it has nothing in flight.
    package nonisolated var isReplacing: Bool { state.withLock { $0.hasRetiring } }

    /// How many callers wait for a lease.
    package var waiterCount: Int { queue.count }

    /// Runs tasks on the thread that reads the replies. Tasks that prefer it call Redis without a switch of threads:
    ///
    /// ```swift
    /// let pool = try ConnectionPool(url: "redis://localhost")
    /// try await withTaskExecutorPreference(pool.taskExecutor) { try await pool.execute(["GET", "key"]) }
    /// ```
    ///
    /// The thread serves the whole pool: work on it must not block, nor compute for long.
    public nonisolated var taskExecutor: any TaskExecutor { reactor }

    /// Lets commands in flight finish, for five seconds at most, and closes all connections. Calls from now on fail with
    /// ``RedisError/closed``; closing twice does no harm.
    public func close() async {
        guard case .open = phase else { return }
        for entry in queue.takeAll() { entry.waiter.fail(RedisError.closed) }
        await withCheckedContinuation { continuation in
            let limit = Timestamp.now + Self.drainLimit
            phase = .draining(continuation, until: limit)
            isAwaited.store(true, ordering: .sequentiallyConsistent)
            setAlarm(at: limit)
            finishDrainingIfIdle()
        }
        for connection in members { connection.close(RedisError.poolClosed) }
        alarm?.cancel()
        await withCheckedContinuation { continuation in
            do {
                try Self.onOwnThread { [reactor] in
                    reactor.stopAndJoin()
                    continuation.resume()
                }
            } catch {
                // The system has no thread left to wait with; the reactor ends by itself.
                reactor.stop()
                continuation.resume()
            }
        }
    }
}

// MARK: - The alarm

extension ConnectionPool {
    /// Has ``alarmRang(at:)`` called then, or earlier if it was set for earlier.
    func setAlarm(at deadline: Timestamp) {
        if alarm == nil { alarm = PoolAlarm(reactor: reactor) { [weak self] in await self?.alarmRang() } }
        alarm?.set(at: deadline)
    }

    private func alarmRang() {
        let now = Timestamp.now
        if case .draining(let continuation, let limit) = phase {
            // It may have been set for somebody who waited.
            guard limit <= now else { return setAlarm(at: limit) }
            phase = .closed
            return continuation.resume()
        }
        for entry in queue.takeExpired(at: now) { entry.waiter.fail(failure(of: entry)) }
        setAlarm(at: queue.nextDeadline)
        serve()
        lookAfterConnections()
    }

    func finishDrainingIfIdle() {
        guard case .draining(let continuation, _) = phase, members.allSatisfy({ $0.load == 0 }) else { return }
        phase = .closed
        continuation.resume()
    }
}
