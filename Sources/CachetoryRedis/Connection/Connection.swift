import CachetoryLocking
package import CachetoryRESP
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
/// A caller's own thread encodes and writes, without a further hop; the reactor's reads and resumes, or a task does.
/// ``Exchange`` keeps the order of things; ``Pacing`` says when a request is written and who reads.
package final class Connection: Sendable {
    /// What callers and the reactor share, under one lock that nobody holds during I/O on the channel.
    struct Shared: ~Copyable {
        var exchange = Exchange<Waiter<RESPReply>>()
        /// When the next deadline may be over, never later than that. The reactor's timer is set to it, or for earlier.
        var timer = Timestamp.distantFuture
        var isWritePaused = false
        /// It is paused until more has come, not until there is room: see `Channel.isHeldUp`.
        var isWriteHeldUp = false
        /// How many bytes of this connection ``Connection/queued`` counts.
        var queuedBytes = 0
        /// How many replies ``Connection/largeReplies`` counts that its requests wait for.
        var largeReplies = 0
        var pacing = Pacing()
    }

    let channel: Channel
    let reactor: Reactor
    let token: UInt64
    let commandTimeout: Duration?
    let queued: QueuedBytes
    let replySizes: ReplySizeMemory
    weak let owner: (any ConnectionOwner)?
    let shared = Lock(Shared())
    private let openedAt = Timestamp.now

    /// Leases given, and requests without a reply. The pool adds, replies subtract.
    let leases = Atomic<Int>(0)

    /// The exchange's, for the pool. Stored under the lock where that has changed, and read without it.
    private let sharedLargeBytes = Atomic<Int>(0)

    /// False while it is silent past a deadline, and once it is closed.
    let answers = Atomic<Bool>(true)

    /// Whether a large reply is on its way, or a request that has the connection to itself.
    private let hasLargeReply = Atomic<Bool>(false)
    private let hasLargeRequest = Atomic<Bool>(false)

    /// How many replies are expected to be large: of requests that are in flight, and of those that have a lease and are about
    /// to be.
    private let largeReplies = Atomic<Int>(0)

    // Unchecked: who may touch them, the roles settle; for the runtime to check each access takes a twentieth of a call.

    /// Taken from the exchange to be written; belongs to whoever has its writing role.
    @exclusivity(unchecked) nonisolated(unsafe) var unsent = OutgoingBytes()

    /// What was read; belongs to whoever reads, see ``LeaderFollowers``.
    @exclusivity(unchecked) nonisolated(unsafe) var inbox: Inbox

    /// Takes over a connection whose handshake is done, and watches it from now on.
    package init(
        _ connection: consuming BlockingConnection, reactor: Reactor, commandTimeout: Duration?,
        queued: QueuedBytes, replySizes: ReplySizeMemory, owner: (any ConnectionOwner)?
    ) throws(Errno) {
        channel = connection.channel
        inbox = Inbox(parser: connection.parser)
        self.reactor = reactor
        self.commandTimeout = commandTimeout
        self.queued = queued
        self.replySizes = replySizes
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
    /// Sends a request and waits for its reply, which of several commands is an array of theirs. Uses up one lease of its
    /// weight.
    ///
    /// - Throws: `RedisCallError`; `CancellationError` at once if the task is cancelled, whether the reply comes or
    ///   not.
    @inline(__always)
    package func execute(
        _ request: Request, weight: RequestWeight, at now: Timestamp, until deadline: Timestamp
    ) async throws -> RESPReply {
        let waiter = Waiter<RESPReply>()
        var isSubmitted = false
        defer { if !isSubmitted { release(weight) } }
        do {
            let reply = try await waiter.value {
                isSubmitted = true
                submit(request, weight, waiter, at: now, until: deadline)
            } onCancel: {
                withdraw(waiter)
            }
            replySizes.note(reply, to: request, partialSize: waiter.partialSize)
            return reply
        } catch {
            replySizes.noteAbandoned(request, partialSize: waiter.partialSize)
            throw error
        }
    }

    /// - Parameter now: the time, or one before it: the caller may have waited for a thread since.
    func submit(
        _ request: Request, _ weight: RequestWeight, _ waiter: Waiter<RESPReply>, at now: Timestamp,
        until deadline: Timestamp
    ) {
        if deadline <= now {
            release(weight)
            waiter.fail(RedisCallError.timedOut(.notExecuted))
            return
        }
        if weight.size >= LargeRequests.encodedAheadSize {
            return submitLarge(request, weight, waiter, at: now, until: deadline)
        }
        submit(weight, waiter, at: now, until: deadline) { exchange in
            exchange.add(
                request, waiter: waiter, deadline: deadline, expectsLargeReply: weight.expectsLargeReply)
        }
    }

    /// Encodes the request before the lock is taken: others would wait for that.
    @inline(never)
    private func submitLarge(
        _ request: Request, _ weight: RequestWeight, _ waiter: Waiter<RESPReply>, at now: Timestamp,
        until deadline: Timestamp
    ) {
        var encoded = OutgoingBytes()
        request.encode(into: &encoded)
        submit(weight, waiter, at: now, until: deadline) { exchange in
            var bytes = OutgoingBytes()
            swap(&bytes, &encoded)
            return exchange.add(
                request, encoded: bytes, waiter: waiter, deadline: deadline,
                expectsLargeReply: weight.expectsLargeReply)
        }
    }

    @inline(__always)
    private func submit(
        _ weight: RequestWeight, _ waiter: Waiter<RESPReply>, at now: Timestamp, until deadline: Timestamp,
        adding add: (inout Exchange<Waiter<RESPReply>>) -> Int
    ) {
        let isOnReactor = reactor.isCurrent
        var setsTimer = false
        let actions: Pacing.Actions? = shared.withLock { shared in
            // Who was cancelled meanwhile has not found the request, and nobody waits for it.
            guard shared.exchange.isOpen, !waiter.hasEnded else { return nil }
            let added = add(&shared.exchange)
            waiter.number = shared.exchange.lastNumber
            let backlog = shared.exchange.backlog
            if weight.expectsLargeReply || added >= LargeRequests.leastSize
                || backlog.bytes >= QueuedBytes.leastOnConnection
            {
                noteLargeBytes(of: &shared)
            }
            if deadline < shared.timer {
                shared.timer = deadline
                setsTimer = true
            }
            let isInvited = reactor.coalescingConnections.load(ordering: .relaxed) > 0
            let actions = shared.pacing.requestAdded(
                backlog, onReactor: isOnReactor, isInvited: isInvited, at: now)
            return take(for: actions, &shared, at: .now)
        }
        // From here on the connection counts it.
        uncount(weight)
        guard let actions else {
            release()
            waiter.fail(RedisCallError.connectionLost(reason: "it was closed before", .notExecuted))
            return
        }
        if setsTimer { reactor.schedule(token: token, at: deadline) }
        perform(actions)
    }
}

// MARK: - Its end

extension Connection {
    /// Ends all its calls with an error that knows whether their command may have been executed. Closing twice does no
    /// harm; the descriptor is closed with the last reference to the connection.
    ///
    /// - Parameter mayBeTooLarge: whether it was the server that closed it, as it does where a request is too large.
    package func close(mayBeTooLarge: Bool = false, _ error: (RedisCallError.Outcome) -> RedisCallError) {
        var maySend = false
        let left: [Exchange<Waiter<RESPReply>>.Abandoned]? = shared.withLock { shared in
            if shared.exchange.isClosed { return nil }
            answers.store(false, ordering: .relaxed)
            maySend = !shared.exchange.isWriting
            let left = shared.exchange.close()
            noteQueuedBytes(of: &shared)
            return left
        }
        guard let left else { return }
        // Nobody can take the writing role any more.
        if maySend { channel.sayGoodbye() }
        channel.socket.shutdown()
        reactor.remove(token: token, descriptor: channel.socket.descriptor)
        leases.subtract(left.count, ordering: .sequentiallyConsistent)
        for abandoned in left {
            if let reply = abandoned.reply {
                abandoned.waiter.succeed(reply)
                continue
            }
            let error = error(abandoned.outcome)
            abandoned.waiter.fail(mayBeTooLarge ? error.askingForSize(of: abandoned.size) : error)
        }
        owner?.connectionClosed(self)
    }
}

extension Exchange.Abandoned {
    var outcome: RedisCallError.Outcome { mayBeExecuted ? .unknown : .notExecuted }
}

// MARK: - Leases, for the pool

extension Connection: PoolMember {
    package var load: Int { leases.load(ordering: .sequentiallyConsistent) }

    package var largeBytes: Int { sharedLargeBytes.load(ordering: .relaxed) }

    package var isOccupied: Bool {
        hasLargeReply.load(ordering: .relaxed) || hasLargeRequest.load(ordering: .relaxed)
            || largeReplies.load(ordering: .relaxed) > 0
    }

    /// A reply that is not complete has so many bytes at least.
    func noteReply(size: Int) {
        let isLarge = size >= ReplySizes.largeSize
        if hasLargeReply.load(ordering: .relaxed) != isLarge { hasLargeReply.store(isLarge, ordering: .relaxed) }
    }

    func noteLargeBytes(of shared: inout Shared) {
        sharedLargeBytes.store(shared.exchange.large.bytes, ordering: .relaxed)
        hasLargeRequest.store(shared.exchange.hasRequestAlone, ordering: .relaxed)
        noteQueuedBytes(of: &shared)
        let change = shared.exchange.largeReplies - shared.largeReplies
        if change == 0 { return }
        shared.largeReplies += change
        largeReplies.add(change, ordering: .relaxed)
    }

    /// - Returns: whether there are fewer than before.
    @discardableResult
    func noteQueuedBytes(of shared: inout Shared) -> Bool {
        let bytes = shared.exchange.queuedBytes
        let counted = bytes >= QueuedBytes.leastOnConnection ? bytes : 0
        let change = counted - shared.queuedBytes
        if change == 0 { return false }
        shared.queuedBytes = counted
        queued.add(change)
        return change < 0
    }

    package var lastReply: Timestamp { shared.withLock { $0.exchange.lastReply } ?? openedAt }

    package var isAvailable: Bool { answers.load(ordering: .relaxed) }

    /// Whether the server is known to accept transactions on it.
    var acceptsTransactions: Bool { shared.withLock { $0.exchange.session.acceptsTransactions } }

    /// Whether it is at its end, and never comes back.
    package var isClosed: Bool { shared.withLock { $0.exchange.isClosed } }

    /// Counts one lease more, for a request of that weight.
    package func retainLease(_ weight: RequestWeight = .none) {
        leases.add(1, ordering: .sequentiallyConsistent)
        if weight.size >= LargeRequests.leastSize { queued.add(weight.size) }
        if weight.expectsLargeReply { largeReplies.add(1, ordering: .relaxed) }
    }

    /// What was counted of a request for its lease.
    private func uncount(_ weight: RequestWeight) {
        if weight.size >= LargeRequests.leastSize { queued.add(-weight.size) }
        if weight.expectsLargeReply { largeReplies.subtract(1, ordering: .relaxed) }
    }

    /// Gives back a lease that was not used up by a call, without a word to those who wait.
    func dropLease(_ weight: RequestWeight = .none) {
        uncount(weight)
        leases.subtract(1, ordering: .sequentiallyConsistent)
    }

    /// Gives back a lease that was not used up by a call.
    package func release(_ weight: RequestWeight = .none) {
        dropLease(weight)
        tellOwner()
    }

    /// That it may be less busy.
    func tellOwner() {
        if let owner, owner.hasWaiters { owner.connectionFreed() }
    }

    /// Whether anybody has a lease who still waits for a reply, or is about to ask.
    package var isInUse: Bool {
        // In this order: a reply that comes in between makes it look busier, and is followed by another look.
        let leases = load
        return leases > shared.withLock { $0.exchange.countAbandoned(where: \.hasEnded) }
    }
}
