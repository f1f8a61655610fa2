import Foundation
import RESP
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
    private nonisolated let tls: TLSContextSource?
    nonisolated let reactor: Reactor

    /// Set while somebody waits for a lease: what a connection asks after each batch of replies.
    private nonisolated let isAwaited = Atomic<Bool>(false)

    /// Set while a visit of ``serve()`` is on its way, so that there is one at a time.
    private nonisolated let isServing = Atomic<Bool>(false)

    private var state: PoolState<Connection>
    private var queue = LeaseQueue<Connection>()
    private var recovery = ConnectRecovery()
    private var alarm: PoolAlarm?

    private enum Phase {
        case open, draining(CheckedContinuation<Void, Never>, until: Timestamp), closed
    }
    private var phase = Phase.open

    /// How long ``close()`` waits for commands in flight.
    private static let drainLimit = Duration.seconds(5)

    /// Opening a connection blocks: in the resolver, in the handshake. Never on a thread that runs tasks.
    private static let connectQueue = DispatchQueue(label: "cachetory.connect", attributes: .concurrent)

    /// A pool that connects when it is first used.
    ///
    /// - Throws: `RedisConfigurationError` for limits that contradict each other, or where the system has no descriptor
    ///   left for the pool's own use.
    public init(_ configuration: RedisConfiguration) throws {
        try configuration.validate()
        self.configuration = configuration
        tls = configuration.tls.map(TLSContextSource.init)
        reactor = try Reactor()
        state = PoolState(
            maxConnections: configuration.pool.maxConnections, maxInFlight: configuration.pool.maxInFlight)
    }

    /// A pool for a connection URL such as `redis://user:password@localhost:6379/0?max_connections=4`.
    ///
    /// - Throws: `RedisURLError`, which names what is wrong with the URL.
    public init(url: String) throws {
        try self.init(RedisConfiguration(url: url))
    }

    deinit {
        reactor.stop()
    }

    /// How many connections are open.
    package var connectionCount: Int { state.members.count }

    /// Runs tasks on the thread that reads the replies. Tasks that prefer it call Redis without a switch of threads:
    ///
    /// ```swift
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
        for connection in state.members { connection.close(RedisError.poolClosed) }
        alarm?.cancel()
        await withCheckedContinuation { continuation in
            Self.connectQueue.async { [reactor] in
                reactor.stopAndJoin()
                continuation.resume()
            }
        }
    }
}

// MARK: - Leases

extension ConnectionPool {
    /// A connection to use. Its load counts the caller already, until the call or the lease is over.
    ///
    /// Mostly without a wait: one visit of the actor, which switches no thread.
    ///
    /// - Parameter deadline: that of the command which needs it. The wait ends then, or after the acquire timeout.
    nonisolated func lease(
        _ kind: PoolState<Connection>.Kind, until deadline: Timestamp = .distantFuture
    ) async throws -> Connection {
        switch try await takeOrQueue(kind, deadline) {
        case .taken(let connection): connection
        case .queued(let waiter): try await waiter.value()
        }
    }

    private enum Answer {
        case taken(Connection)
        case queued(Waiter<Connection>)
    }

    private func takeOrQueue(
        _ kind: PoolState<Connection>.Kind, _ deadline: Timestamp
    ) throws(RedisError) -> Answer {
        guard case .open = phase else { throw .closed }
        // Nobody overtakes those who wait, but for an exclusive caller: a connection is getting idle for that one.
        let overtakes = kind == .shared ? queue.first(.shared) != nil : queue.first() != nil
        if !overtakes, let connection = take(kind) { return .taken(connection) }
        return .queued(try enqueue(kind, deadline))
    }

    private func take(_ kind: PoolState<Connection>.Kind) -> Connection? {
        guard let connection = state.take(kind) else { return nil }
        connection.retainLease()
        if state.shouldOpen(isWaiting: false) { open() }
        return connection
    }

    private func enqueue(
        _ kind: PoolState<Connection>.Kind, _ commandDeadline: Timestamp
    ) throws(RedisError) -> Waiter<Connection> {
        let now = Timestamp.now
        // The one who comes when it is time for another attempt waits for that.
        if let error = recovery.failure(at: now, isConnected: !state.isEmpty),
            recovery.retryAt > now || state.opening > 0
        {
            throw error
        }
        // The first connection may take its time, whatever the limit for a pool that is busy.
        let pool = configuration.pool
        let limit = now + (state.isEmpty ? max(pool.acquireTimeout, configuration.connectTimeout) : pool.acquireTimeout)
        let deadline = min(limit, commandDeadline)
        let waiter = Waiter<Connection>()
        queue.append(waiter, kind, deadline: deadline, isCommandDeadline: commandDeadline < limit)
        // Set before the connections are looked at once more: a reply that comes now either is seen there or sees this.
        isAwaited.store(true, ordering: .sequentiallyConsistent)
        setAlarm(at: deadline)
        serve()
        return waiter
    }

    /// Gives connections to those who wait, in their order, as far as there are any.
    private func serve() {
        isServing.store(false, ordering: .sequentiallyConsistent)
        finishDrainingIfIdle()
        guard case .open = phase else { return }
        while let (entry, connection) = takeForNext() {
            queue.removeFirst(entry.kind)
            if !entry.waiter.succeed(connection) { giveBack(connection, entry.kind) }
        }
        if queue.first() == nil {
            isAwaited.store(false, ordering: .sequentiallyConsistent)
        } else if state.shouldOpen(isWaiting: true) {
            retryConnecting()
        }
    }

    /// A connection for the one who came first. While one gets idle for an exclusive caller, the others are shared on.
    private func takeForNext() -> (LeaseQueue<Connection>.Entry, Connection)? {
        let first = queue.first()
        if first?.kind != .exclusive { state.drainForExclusive(false) }
        guard let first else { return nil }
        if let connection = take(first.kind) { return (first, connection) }
        guard first.kind == .exclusive else { return nil }
        state.drainForExclusive(true)
        guard let next = queue.first(.shared), let connection = take(.shared) else { return nil }
        return (next, connection)
    }

    private func giveBack(_ connection: Connection, _ kind: PoolState<Connection>.Kind) {
        if kind == .exclusive { state.giveBack(connection) }
        connection.release()
    }

    /// An exclusive lease is over.
    func endExclusiveLease(_ connection: Connection) {
        giveBack(connection, .exclusive)
    }
}

// MARK: - Opening connections

extension ConnectionPool {
    private func open() {
        state.startOpening()
        let deadline = Timestamp.now + configuration.connectTimeout
        Self.connectQueue.async { [self] in
            let result: Result<Connection, RedisError>
            do throws(RedisError) {
                result = .success(try connect(until: deadline))
            } catch {
                result = .failure(error)
            }
            Task { await opened(result) }
        }
    }

    private nonisolated func connect(until deadline: Timestamp) throws(RedisError) -> Connection {
        let blocking = try BlockingConnection.open(configuration, tls: tls, until: deadline)
        do {
            return try Connection(
                blocking, reactor: reactor, commandTimeout: configuration.commandTimeout, owner: self)
        } catch {
            throw .connectFailed(address: "\(configuration.address)", reason: error.description)
        }
    }

    private func opened(_ result: Result<Connection, RedisError>) {
        switch result {
        case .success(let connection):
            guard case .open = phase else {
                state.finishOpening(nil)
                return connection.close(RedisError.poolClosed)
            }
            // It was watched from its beginning, so its end may have been told already.
            if connection.isClosed {
                openingFailed(
                    .connectFailed(address: "\(configuration.address)", reason: "the server closed it at once"))
            } else {
                state.finishOpening(connection)
                recovery.succeed()
            }
        case .failure(let error):
            openingFailed(error)
        }
        serve()
    }

    private func openingFailed(_ error: RedisError) {
        state.finishOpening(nil)
        setAlarm(at: recovery.fail(error, at: .now))
        guard recovery.failure(at: .now, isConnected: !state.isEmpty) != nil else { return }
        for entry in queue.takeAll() { entry.waiter.fail(error) }
    }

    /// Opens a connection if it is time for another attempt, and sees to it that it will be otherwise.
    private func retryConnecting() {
        let retry = recovery.retryAt
        if retry > .now {
            setAlarm(at: retry)
        } else if state.shouldOpen(isWaiting: true) {
            open()
        }
    }

    private func removed(_ connection: Connection) {
        state.remove(connection)
        serve()
    }
}

// MARK: - What connections tell, from any thread

extension ConnectionPool: ConnectionOwner {
    package nonisolated var hasWaiters: Bool { isAwaited.load(ordering: .sequentiallyConsistent) }

    package nonisolated func connectionFreed() {
        if isServing.exchange(true, ordering: .sequentiallyConsistent) { return }
        Task { await serve() }
    }

    package nonisolated func connectionClosed(_ connection: Connection) {
        Task { await removed(connection) }
    }
}

// MARK: - The alarm

extension ConnectionPool {
    /// Has ``alarmRang(at:)`` called then, or earlier if it was set for earlier.
    private func setAlarm(at deadline: Timestamp) {
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
    }

    /// Why somebody was not served for so long.
    private func failure(of entry: LeaseQueue<Connection>.Entry) -> RedisError {
        if state.isEmpty {
            let stillTrying = "no answer from there so far"
            return recovery.lastError ?? .connectFailed(address: "\(configuration.address)", reason: stillTrying)
        }
        if entry.isCommandDeadline { return .timedOut(.notExecuted) }
        let pool = configuration.pool
        return .poolExhausted(
            maxConnections: pool.maxConnections, maxInFlight: pool.maxInFlight, waited: pool.acquireTimeout)
    }

    private func finishDrainingIfIdle() {
        guard case .draining(let continuation, _) = phase, state.members.allSatisfy({ $0.load == 0 }) else { return }
        phase = .closed
        continuation.resume()
    }
}
