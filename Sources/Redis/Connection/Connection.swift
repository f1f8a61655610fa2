import Locking
package import RESP
import Synchronization

/// Who is told what becomes of a connection.
package protocol ConnectionOwner: AnyObject, Sendable {
    /// Whether somebody waits for a connection to get less busy. Asked after each batch of replies, so it must be cheap.
    var hasWaiters: Bool { get }

    /// It got less busy while ``hasWaiters`` was true, or answers again after a silence. Called by whoever reads its
    /// replies, so it must be quick.
    func connectionFreed()

    /// It gets no replies any more; all its callers know. Called on any thread.
    func connectionClosed(_ connection: Connection)
}

/// One connection that many tasks use at once: their commands go out in order, and the replies come back in it.
///
/// A caller's own thread encodes and writes, without a further hop; the reactor's reads and resumes, or a task does in the
/// line of the callers. See ``Exchange`` for the order of things, ``ReplyClock`` and ``WritingTurn`` for when a command is
/// held back to share a system call, and ``ReadingRole`` for who reads.
package final class Connection: Sendable {
    /// What callers and the reactor share, under one lock that nobody holds during I/O on the channel.
    struct Shared: ~Copyable {
        var exchange = Exchange<Waiter<RESPValue>>()
        /// When the next deadline may be over, never later than that. The reactor's timer is set to it, or for earlier.
        var timer = Timestamp.distantFuture
        var isWritePaused = false
        /// It is paused until more has come, not until there is room: see `Channel.isHeldUp`.
        var isWriteHeldUp = false
        var reading = ReadingRole()
        var writingTurn = WritingTurn()
    }

    let channel: Channel
    let reactor: Reactor
    let token: UInt64
    let commandTimeout: Duration?
    weak let owner: (any ConnectionOwner)?
    let shared = Lock(Shared())
    private let openedAt = Timestamp.now

    /// Leases given, and requests without a reply. The pool adds, replies subtract.
    let leases = Atomic<Int>(0)

    /// The exchange's, for the pool. Stored under the lock where that has changed, and read without it.
    private let sharedLargeBytes = Atomic<Int>(0)

    /// False while it is silent past a deadline, and once it is closed.
    let answers = Atomic<Bool>(true)

    // Unchecked: whose turn it is, the roles below settle; for the runtime to check each access takes a twentieth of a call.

    /// Taken from the exchange to be written; belongs to whoever has its writing role.
    @exclusivity(unchecked) nonisolated(unsafe) var unsent = OutgoingBytes()

    /// What was read; belongs to whoever has the reading role.
    @exclusivity(unchecked) nonisolated(unsafe) var inbox: Inbox

    /// Whether tasks on the reactor's own thread have called in this turn; touched by that thread alone.
    @exclusivity(unchecked) nonisolated(unsafe) var endsTurn = false

    /// Whether such tasks are the ones whose replies come: they have their turn on that thread, and not in another line.
    /// Touched by it alone.
    @exclusivity(unchecked) nonisolated(unsafe) var servesCallersHere = false

    /// Takes over a connection whose handshake is done, and watches it from now on.
    package init(
        _ connection: consuming BlockingConnection, reactor: Reactor, commandTimeout: Duration?,
        owner: (any ConnectionOwner)?
    ) throws(Errno) {
        channel = connection.channel
        inbox = Inbox(parser: connection.parser)
        self.reactor = reactor
        self.commandTimeout = commandTimeout
        self.owner = owner
        token = reactor.newToken()
        try reactor.register(self, token: token)
        do {
            try reactor.watch(channel.socket.descriptor, token: token)
        } catch {
            reactor.remove(token: token, descriptor: nil)
            throw error
        }
    }
}

// MARK: - A call, on the caller's thread

extension Connection {
    /// Sends a request and waits for its reply, which of several commands is an array of theirs. Uses up one lease.
    ///
    /// - Throws: `RedisError`; `CancellationError` at once if the task is cancelled, whether the reply comes or not.
    @inline(__always)
    package func execute(
        _ request: Request, at now: Timestamp, until deadline: Timestamp
    ) async throws -> RESPValue {
        let waiter = Waiter<RESPValue>()
        var isSubmitted = false
        defer { if !isSubmitted { release() } }
        return try await waiter.value {
            isSubmitted = true
            submit(request, waiter, at: now, until: deadline)
        }
    }

    private func submit(
        _ request: Request, _ waiter: Waiter<RESPValue>, at now: Timestamp, until deadline: Timestamp
    ) {
        if deadline <= now {
            release()
            waiter.fail(RedisError.timedOut(.notExecuted))
            return
        }
        // A task on the reactor's own thread: its turn ends with that of the reactor.
        let isOnReactor = reactor.isCurrent
        var writes = false
        var setsTimer = false
        var joinsTurn = false
        let isAdded = shared.withLock { shared in
            guard shared.exchange.isOpen else { return false }
            let size = shared.exchange.add(request, waiter: waiter, deadline: deadline)
            if size >= LargeRequests.leastSize { noteLargeBytes(of: shared.exchange) }
            if deadline < shared.timer {
                shared.timer = deadline
                setsTimer = true
            }
            if isOnReactor { shared.exchange.awaitsTurn = true } else { joinsTurn = joinTurn(&shared, at: now) }
            writes = takeUnlessHeld(&shared, at: now)
            return true
        }
        guard isAdded else {
            release()
            waiter.fail(RedisError.connectionLost(reason: "it was closed before", .notExecuted))
            return
        }
        if setsTimer { reactor.schedule(token: token, at: deadline) }
        if joinsTurn { queueWriting(at: now) }
        if writes { write() }
        if isOnReactor && !endsTurn {
            endsTurn = true
            reactor.endTurn(of: self)
        }
    }
}

// MARK: - Its end

extension Connection {
    /// Ends all its calls with an error that knows whether their command may have been executed. Closing twice does no
    /// harm; the descriptor is closed with the last reference to the connection.
    package func close(_ error: (RedisError.Outcome) -> RedisError) {
        var maySend = false
        let left: [Exchange<Waiter<RESPValue>>.Abandoned]? = shared.withLock { shared in
            if shared.exchange.isClosed { return nil }
            answers.store(false, ordering: .relaxed)
            maySend = !shared.exchange.isWriting
            return shared.exchange.close()
        }
        guard let left else { return }
        // Nobody can take the writing role any more.
        if maySend { channel.sayGoodbye() }
        channel.socket.shutdown()
        reactor.remove(token: token, descriptor: channel.socket.descriptor)
        leases.subtract(left.count, ordering: .sequentiallyConsistent)
        for abandoned in left { abandoned.waiter.fail(error(abandoned.outcome)) }
        owner?.connectionClosed(self)
    }
}

extension Exchange.Abandoned {
    var outcome: RedisError.Outcome { mayBeExecuted ? .unknown : .notExecuted }
}

// MARK: - Leases, for the pool

extension Connection: PoolMember {
    package var load: Int { leases.load(ordering: .sequentiallyConsistent) }

    package var largeBytes: Int { sharedLargeBytes.load(ordering: .relaxed) }

    func noteLargeBytes(of exchange: borrowing Exchange<Waiter<RESPValue>>) {
        sharedLargeBytes.store(exchange.large.bytes, ordering: .relaxed)
    }

    package var lastReply: Timestamp { shared.withLock { $0.exchange.lastReply } ?? openedAt }

    package var isAvailable: Bool { answers.load(ordering: .relaxed) }

    /// Whether the server is known to accept transactions on it.
    var acceptsTransactions: Bool { shared.withLock { $0.exchange.session.acceptsTransactions } }

    /// Whether it is at its end, and never comes back.
    package var isClosed: Bool { shared.withLock { $0.exchange.isClosed } }

    /// Counts one lease more.
    package func retainLease() {
        leases.add(1, ordering: .sequentiallyConsistent)
    }

    /// Gives back a lease that was not used up by a call, without a word to those who wait.
    func dropLease() {
        leases.subtract(1, ordering: .sequentiallyConsistent)
    }

    /// Gives back a lease that was not used up by a call.
    package func release() {
        dropLease()
        if let owner, owner.hasWaiters { owner.connectionFreed() }
    }
}
