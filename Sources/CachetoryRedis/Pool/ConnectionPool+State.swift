import CachetoryLocking

extension ConnectionPool {
    /// All that the pool decides upon, under one lock.
    ///
    /// Not the actor's own: whoever visits an actor may have to wait until one of the threads that run tasks is free, and then
    /// neither deadlines nor ``close()`` would hold.
    struct State: ~Copyable {
        var connections: PoolState<Connection>
        var queue = LeaseQueue<Connection>()
        var breaker = ConnectCircuitBreaker()
        var attempts = ConnectAttempts()
        var phase = Phase.open

        /// What callers are told who would have to wait, since the server has no slots of its cluster any more.
        var retirement: RedisCallError?

        /// The connections that have to answer a health check now.
        var checked: Set<ObjectIdentifier> = []

        /// Who waits in ``close()``.
        var closers: [CheckedContinuation<Void, Never>] = []

        init(_ pool: RedisPoolConfiguration) {
            connections = PoolState(maxConnections: pool.maxConnections, maxInFlight: pool.maxInFlight)
        }
    }

    enum Phase {
        case open
        /// Nobody gets a connection any more; what is in flight may finish.
        case draining(until: Timestamp)
        /// The connections are being closed, and the reactor's thread ends.
        case closing
        case closed
    }

    /// What follows from a decision, to be done when the lock is released: those concerned may come back for it.
    struct Actions {
        var grants: [(entry: LeaseQueue<Connection>.Entry, connection: Connection)] = []
        var failures: [(waiter: Waiter<Connection>, error: RedisCallError)] = []
        var closings: [(connection: Connection, error: (RedisCallError.Outcome) -> RedisCallError)] = []
        var attempts: [ConnectAttempts.Attempt] = []
        var checks: [(connection: Connection, idleSince: Timestamp)] = []
        var timer = Timestamp.distantFuture
        var isDrained = false

        mutating func setTimer(at moment: Timestamp) {
            timer = min(timer, moment)
        }
    }

    /// Decides something under the lock, and does what follows from it.
    nonisolated func update<Result>(_ decide: (inout State, inout Actions) -> Result) -> Result {
        var actions = Actions()
        let result = state.withLock { decide(&$0, &actions) }
        while !perform(actions) {
            actions = Actions()
            state.withLock { serve(&$0, &actions) }
        }
        return result
    }

    /// - Returns: false if connections came back from callers who were cancelled, so that others may have them.
    private nonisolated func perform(_ actions: Actions) -> Bool {
        if actions.timer != .distantFuture { timer.set(at: actions.timer) }
        for attempt in actions.attempts { start(attempt) }
        for failure in actions.failures { failure.waiter.fail(failure.error) }
        for closing in actions.closings { closing.connection.close(closing.error) }
        for check in actions.checks { self.check(check.connection, idleSince: check.idleSince) }
        if actions.isDrained { finishClosing() }
        var areAllTaken = true
        for grant in actions.grants where !grant.entry.waiter.succeed(grant.connection) {
            if grant.entry.kind == .exclusive { state.withLock { $0.connections.giveBack(grant.connection) } }
            grant.connection.dropLease(grant.entry.weight)
            areAllTaken = false
        }
        return areAllTaken
    }
}
