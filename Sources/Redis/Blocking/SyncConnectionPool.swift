import Foundation
import Locking
import RESP

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
        /// The last one used comes first: the others may time out.
        var idle: [SyncLease] = []
        /// Permits that were taken: by callers with a connection, and by those who are about to open one.
        var lent = 0
        var quiet = QuietLeases()
        /// Connections that are open, lent or idle.
        var connected = 0
        /// Callers who are about to open one.
        var opening = 0
        /// Whether a thread is under way that opens as many as there should be at least.
        var isRefilling = false
        var isClosed = false
        var recovery = ConnectRecovery()
    }

    let configuration: RedisConfiguration
    private let tls: TLSContextSource?
    let state = Lock(State())
    let upkeep: UpkeepPolicy

    // Durations in nanoseconds: a `Duration` has 128 bits, and a call would spend a seventh of its instructions on those.
    private let commandTime, connectTime, acquireTime, trustedIdleTime: Int64

    private let upkeepTimer = Lock<UpkeepTimer?>(nil)

    /// One permit for each connection there may be.
    let permits: Permits

    /// Signalled once when the last connection comes back after the closing.
    private let drained = DispatchSemaphore(value: 0)

    /// How long ``close()`` waits for calls in flight.
    private static let drainLimit = Duration.seconds(5)

    /// An idle connection is looked at before it is used, which costs a system call; not when it was used this short a
    /// time ago, for a loop of calls should not pay for it.
    package static let trustedIdleTime = Duration.milliseconds(1)

    /// A pool that connects when it is first used, or at once where it keeps connections open
    /// (``PoolConfiguration/minConnections``).
    ///
    /// - Throws: ``RedisConfigurationError`` for limits that contradict each other.
    public init(_ configuration: RedisConfiguration) throws {
        try configuration.validate()
        self.configuration = configuration
        commandTime = configuration.commandTimeout?.nanoseconds ?? .max
        connectTime = configuration.connectTimeout.nanoseconds
        acquireTime = configuration.pool.acquireTimeout.nanoseconds
        trustedIdleTime = Self.trustedIdleTime.nanoseconds
        tls = configuration.tls.map(TLSContextSource.init)
        permits = Permits(configuration.pool.maxConnections)
        upkeep = UpkeepPolicy(configuration)
        if let pause = upkeep.pause {
            let timer = UpkeepTimer(every: pause) { [weak self] in self?.lookAfterConnections() }
            upkeepTimer.withLock { $0 = timer }
        }
    }

    /// A pool for a connection URL such as `redis://user:password@localhost:6379/0?max_connections=4`.
    ///
    /// - Throws: ``RedisURLError``, which names what is wrong with the URL.
    public convenience init(url: String) throws {
        try self.init(RedisConfiguration(url: url))
    }

    /// The deadline of a command that begins then.
    func deadline(from start: Timestamp) -> Timestamp { start + commandTime }

    /// How many connections are open.
    package var connectionCount: Int { state.withLock { $0.connected } }

    /// Lets calls in flight finish, for five seconds at most, and closes the connections; one that is still in use then
    /// is closed as soon as its call is over. Calls from now on, and those that wait for a connection, fail with
    /// ``RedisError/closed``. Closing twice does no harm.
    public func close() {
        let (idle, isFirst, isBusy) = state.withLock { state in
            defer {
                state.connected -= state.idle.count
                (state.idle, state.isClosed) = ([], true)
            }
            return (state.idle, !state.isClosed, state.lent > 0)
        }
        _ = idle  // closed here, outside the lock
        guard isFirst else { return }
        upkeepTimer.withLock { $0 = nil }
        permits.giveBack()  // the first waiter wakes up, and wakes the next
        if isBusy { _ = drained.wait(timeout: .now() + .nanoseconds(Int(Self.drainLimit.nanoseconds))) }
    }
}

// MARK: - Leases

extension SyncConnectionPool {
    /// A connection for this thread alone, to be given back.
    ///
    /// - Parameters:
    ///   - now: the time. A connection that was used shortly before is trusted; with nil, none is.
    ///   - deadline: that of the command which needs it.
    func lease(at now: Timestamp?, until deadline: Timestamp) throws(RedisError) -> SyncLease {
        let isQuiet = try waitForPermit(until: deadline)
        do throws(RedisError) {
            // The first connection may take its time, whatever the limit for a pool that is busy.
            let limit = min(deadline, .now + connectTime)
            var candidate = try takeIdle(inPlaceOfBroken: false)
            while true {
                guard let lease = candidate else {
                    if let opened = try open(until: limit) { return opened }
                    candidate = try takeIdle(inPlaceOfBroken: false)
                    continue
                }
                if isUsable(lease, at: now, until: limit) {
                    lease.connection.mayLinger = isQuiet
                    return lease
                }
                candidate = try takeIdle(inPlaceOfBroken: true)
            }
        } catch {
            returnPermit()
            throw error
        }
    }

    private func isUsable(_ lease: SyncLease, at time: Timestamp?, until deadline: Timestamp) -> Bool {
        let now = time ?? .now
        guard lease.retiresAt > now, lease.isUsable(at: now, trustedFor: time == nil ? 0 : trustedIdleTime)
        else {
            return false
        }
        guard lease.connection.lastUsed + upkeep.checkInterval <= now else { return true }
        // Not all the time there is: another connection shall still be able to serve the caller.
        return lease.answers(until: now + .nanoseconds((deadline - now) / 2))
    }

    /// - Returns: whether so few threads make calls that each of them may keep a processor busy.
    private func waitForPermit(until deadline: Timestamp) throws(RedisError) -> Bool {
        let wait = deadline == .distantFuture ? acquireTime : min(acquireTime, max(0, deadline - .now))
        if permits.take(within: wait) {
            return state.withLock { state in
                state.lent += 1
                return state.quiet.add(lent: state.lent)
            }
        }
        if wait < acquireTime { throw .timedOut(.notExecuted) }
        throw .poolExhausted(
            maxConnections: configuration.pool.maxConnections, maxInFlight: 1,
            waited: configuration.pool.acquireTimeout)
    }

    /// The newest idle connection, or nil if there is none.
    private func takeIdle(inPlaceOfBroken hasBroken: Bool) throws(RedisError) -> SyncLease? {
        let (lease, isClosed) = state.withLock { state in
            if hasBroken { state.connected -= 1 }
            return (state.idle.popLast(), state.isClosed)
        }
        if isClosed { throw .closed }
        return lease
    }

    /// Ends a lease. What is not in step any more is closed, and so is everything once the pool is.
    func giveBack(_ lease: SyncLease) {
        returnPermit { state in
            if lease.isClean && !state.isClosed { state.idle.append(lease) } else { state.connected -= 1 }
        }
    }

    func returnPermit(_ update: (inout State) -> Void = { _ in }) {
        let isLast = state.withLock { state in
            update(&state)
            state.lent -= 1
            return state.isClosed && state.lent == 0
        }
        permits.giveBack()
        if isLast { drained.signal() }
    }
}

// MARK: - Opening connections

extension SyncConnectionPool {
    /// Connects on the caller's thread, if it is time for an attempt, or else waits until it is.
    ///
    /// - Returns: nil if there may be another connection by now, or another attempt.
    func open(until deadline: Timestamp) throws(RedisError) -> SyncLease? {
        let now = Timestamp.now
        let (failure, retryAt, lastError) = state.withLock { state -> (RedisError?, Timestamp, RedisError?) in
            let failure = state.recovery.failure(at: now, isConnected: state.connected > 0)
            let retryAt = state.recovery.retryAt
            // The one who comes when it is time for another attempt makes it.
            if let failure, retryAt > now || state.opening > 0 { return (failure, retryAt, nil) }
            if retryAt <= now { state.opening += 1 }
            return (nil, retryAt, state.recovery.lastError)
        }
        if let failure { throw failure }
        if retryAt > now {
            pause(until: min(retryAt, deadline))
            if retryAt >= deadline { throw lastError ?? .timedOut(.notExecuted) }
            return nil
        }
        do throws(RedisError) {
            var connection = try BlockingConnection.open(configuration, tls: tls, until: deadline)
            try connection.waitInReads(atMost: configuration.commandTimeout)
            state.withLock { state in
                state.opening -= 1
                state.connected += 1
                state.recovery.succeed()
            }
            return SyncLease(connection, retiresAt: upkeep.retirement(at: .now))
        } catch {
            let isFinal = state.withLock { state in
                state.opening -= 1
                let retryAt = state.recovery.fail(error, at: .now)
                return retryAt >= deadline
                    || state.recovery.failure(at: .now, isConnected: state.connected > 0) != nil
            }
            if isFinal { throw error }
            return nil
        }
    }

    /// This is blocking code on the user's own thread, so it may sleep.
    private func pause(until moment: Timestamp) {
        Thread.sleep(forTimeInterval: Double(max(0, moment - .now)) / 1e9)
    }
}
