package import RESP

/// What is on its way on one connection: bytes to be written, and waiters for the replies, in order.
///
/// A pure value: it is told what happened, and says what to do. The connection around it does the I/O and holds the lock.
/// Who writes has the *writing role*, which one thread has at a time: it takes the bytes with ``startWriting(_:at:)``,
/// writes them, and reports back.
package struct Exchange<Waiter>: ~Copyable {
    struct Entry {
        let waiter: Waiter
        /// Where the request begins in all the bytes ever added.
        var firstByte: UInt64
        let deadline: Timestamp
        /// How many replies are still to come; at least one.
        var missingReplies: Int
        let kind: Request.Kind
        var isOverdue = false
    }

    /// More than this is not held back: a system call for as much is well spent.
    private static var holdBytes: Int { 16 * 1024 }

    /// So many requests are not held back for the next reply where the connection may be the only one: the server would
    /// have nothing to do until all its callers are done with their last replies. Several connections take turns by
    /// themselves, and then only the size of the batches counts.
    private static var holdCount: Int { 24 }

    /// With no more than this in flight, the connection may be the only one: the pool opens the second one beyond it,
    /// see `PoolState.targetDepth`.
    private static var soleDepth: Int { 64 }

    /// So many requests are not held back for the end of a turn, for the same reason; with much in flight one of so many
    /// parts of it.
    package static var turnCount: Int { 16 }
    private static var turnParts: Int { 4 }

    /// Bytes that nobody has taken to write yet.
    private var outgoing = OutgoingBytes()

    /// Where `outgoing` begins in all the bytes ever added.
    private var takenBytes: UInt64 = 0

    /// The bytes up to here may have reached the peer: those written, and while a write goes on, all that it has.
    private var exposedBytes: UInt64 = 0

    /// Whether somebody has the writing role.
    package private(set) var isWriting = false

    /// The requests without their replies, in the order of their bytes.
    private var entries = RingBuffer<Entry>()

    /// The replies to the first entry that have come, where it waits for several.
    private var collected: [RESPValue] = []

    /// Whether a reply has come since the last ``finishReceiving(at:)``. A push is none: the server may be busy all the same.
    private var hasReceived = false

    /// How many requests were answered, taken by a writer, and added, ever.
    private var answered: UInt64 = 0
    private var taken: UInt64 = 0
    package private(set) var added: UInt64 = 0

    package private(set) var large = LargeRequests()

    private var clock = ReplyClock()

    /// When the last reply came; nil before the first.
    package private(set) var lastReply: Timestamp?

    /// Since when a deadline has passed with no reply after it.
    package private(set) var overdueSince: Timestamp?

    package private(set) var isClosed = false

    package private(set) var session = SharedSession()

    /// Waiters whose commands were queued in a transaction that another request has left open.
    private var queued: [Abandoned] = []

    /// Whether somebody writes what has gathered as soon as the callers who got the last replies have had their turn.
    package var awaitsTurn = false

    package init() {}

    /// How many requests wait for a reply.
    package var inFlight: Int { entries.count }

    /// How many of them nobody has taken to write yet.
    package var gathered: Int { Int(added - taken) }

    /// Where the next request begins in all the bytes ever added.
    private var end: UInt64 { takenBytes + UInt64(outgoing.count) }

    /// Whether a reply has ever come so soon after its request that the next one is worth a look before sleeping.
    package var isPeerNearby: Bool { clock.hasAnswered(within: Lingering.nearby) }

    /// Whether no reply has ever come so soon that the next one may be waited for.
    package var isPeerFar: Bool { !clock.hasAnswered(within: ReplyClock.holdLimit) }

    /// In nanoseconds.
    package var usualReplyTime: Int64 { clock.usualReplyTime }

    /// The earliest deadline of a request that is not overdue yet.
    package var nextDeadline: Timestamp {
        var next = Timestamp.distantFuture
        for offset in 0..<entries.count where !entries[offset].isOverdue { next = min(next, entries[offset].deadline) }
        return next
    }
}

extension Exchange: Sendable where Waiter: Sendable {}
extension Exchange.Entry: Sendable where Waiter: Sendable {}
extension Exchange.Abandoned: Sendable where Waiter: Sendable {}

// MARK: - Writing

extension Exchange {
    /// Adds a request and its waiter.
    ///
    /// - Returns: how many bytes it has.
    @discardableResult
    package mutating func add(_ request: Request, waiter: Waiter, deadline: Timestamp) -> Int {
        let before = outgoing.count
        request.encode(into: &outgoing)
        let size = outgoing.count - before
        if size >= LargeRequests.leastSize { large.add(size) }
        added += 1
        entries.append(
            Entry(
                waiter: waiter, firstByte: takenBytes + UInt64(before), deadline: deadline,
                missingReplies: request.replyCount, kind: request.kind))
        return size
    }

    /// Whether what has gathered should wait, so as to be written with what gathers until the turn of the callers is over,
    /// or until the next reply.
    package func shouldHold(at now: Timestamp) -> Bool {
        if outgoing.count >= Self.holdBytes { return false }
        if awaitsTurn { return gathered < Self.turnCount || gathered * Self.turnParts < inFlight }
        return (gathered < Self.holdCount || inFlight > Self.soleDepth) && clock.expectsReply(at: now)
    }

    /// Whether requests may be added.
    package var isOpen: Bool { !isClosed && !session.isInDoubt }

    /// Whether there is something to write, and nobody writing.
    package var mayWrite: Bool { !isWriting && !outgoing.isEmpty && isOpen }

    /// Whether somebody should write what has gathered now.
    package func shouldWrite(at now: Timestamp) -> Bool { mayWrite && !shouldHold(at: now) }

    /// Gives the writing role and all that has gathered, in exchange for an empty buffer. Only if ``mayWrite``: before
    /// that, the buffer is another thread's.
    package mutating func startWriting(_ bytes: inout OutgoingBytes, at now: Timestamp) {
        precondition(mayWrite)
        isWriting = true
        takenBytes += UInt64(outgoing.count)
        exposedBytes = takenBytes
        clock.wrote(taken + 1...added, at: now)
        taken = added
        swap(&outgoing, &bytes)
    }

    /// All of it was written. Gives the role again if more has gathered that should not wait.
    package mutating func finishWriting(_ bytes: inout OutgoingBytes, at now: Timestamp) -> Bool {
        isWriting = false
        guard shouldWrite(at: now) else { return false }
        startWriting(&bytes, at: now)
        return true
    }

    /// The kernel has no room for the rest. The role stays with the writer, until there is room again.
    package mutating func pauseWriting(unsentBytes: Int) {
        exposedBytes = takenBytes - UInt64(unsentBytes)
    }

    /// There is room again.
    package mutating func resumeWriting() {
        exposedBytes = takenBytes
    }
}

// MARK: - Replies

/// A reply that nobody waits for: the stream is out of step, and no later reply can be trusted.
package struct UnsolicitedReply: Error {}

extension Exchange {
    /// Takes the next reply.
    ///
    /// - Returns: the oldest waiter with its reply, or with an array of them where its request had several commands; nil
    ///   if that needs more replies yet, or for a push, which answers nobody and is dropped, or where the reply is none of
    ///   its own: see ``takeAbandonedInDoubt()``.
    package mutating func receive(
        _ reply: consuming RESPValue
    ) throws(UnsolicitedReply) -> (waiter: Waiter, reply: RESPValue)? {
        if case .push = reply { return nil }
        // A reply to what was not written yet, or to nothing; and after the end there is nobody to take it.
        if answered == taken || isClosed { throw UnsolicitedReply() }
        hasReceived = true
        entries[0].missingReplies -= 1
        if entries[0].missingReplies > 0 {
            collected.append(reply)
            return nil
        }
        guard let entry = entries.popFirst() else { throw UnsolicitedReply() }
        answered += 1
        if large.bytes > 0 { large.remove(Int((entries.first?.firstByte ?? end) - entry.firstByte)) }
        if collected.isEmpty, !session.isInDoubt { return (entry.waiter, reply) }
        return finish(entry, with: reply)
    }

    /// The last reply to several commands, or one on a connection in doubt.
    @inline(never)
    private mutating func finish(_ entry: Entry, with last: RESPValue) -> (waiter: Waiter, reply: RESPValue)? {
        collected.append(last)
        let replies = collected
        collected = []
        if session.note(replies, to: entry.kind) {
            return (entry.waiter, replies.count == 1 ? replies[0] : .array(replies))
        }
        // An EXEC on its way executes them, if the server does not refuse that one as well.
        let mayBeExecuted = hasTransactionUnderWay || !replies.allSatisfy { $0.isQueued || $0.isError }
        queued.append(Abandoned(waiter: entry.waiter, mayBeExecuted: mayBeExecuted))
        return nil
    }

    private var hasTransactionUnderWay: Bool {
        for offset in 0..<entries.count where entries[offset].kind == .transaction {
            return entries[offset].firstByte < takenBytes
        }
        return false
    }

    /// All that was read at once has been taken.
    package mutating func finishReceiving(at now: Timestamp) {
        guard hasReceived else { return }
        hasReceived = false
        clock.answered(upTo: answered, at: now)
        lastReply = now
        overdueSince = nil
    }
}

// MARK: - Ends

extension Exchange {
    /// A waiter that gets no reply.
    package struct Abandoned {
        package let waiter: Waiter

        /// Whether the server may have executed the request: none of its bytes were written otherwise.
        package let mayBeExecuted: Bool
    }

    /// The waiters whose deadline has passed now. A request that nobody has taken to write never will be written; the
    /// replies to the others are still expected, since more come behind them.
    package mutating func expire(at now: Timestamp) -> [Abandoned] {
        var expired: [Abandoned] = []
        var hasUntaken = false
        for offset in 0..<entries.count where !entries[offset].isOverdue && entries[offset].deadline <= now {
            entries[offset].isOverdue = true
            // Taken is as good as written: whoever took it writes it sooner or later.
            let isTaken = entries[offset].firstByte < takenBytes
            expired.append(Abandoned(waiter: entries[offset].waiter, mayBeExecuted: isTaken))
            if !isTaken { hasUntaken = true } else if overdueSince == nil { overdueSince = now }
        }
        if hasUntaken { withdrawOverdue() }
        return expired
    }

    /// Removes the overdue requests from those that nobody has taken, with their bytes.
    private mutating func withdrawOverdue() {
        var untaken: [(entry: Entry, length: Int)] = []
        var end = end
        while let entry = entries.last, entry.firstByte >= takenBytes {
            untaken.append((entry, Int(end - entry.firstByte)))
            end = entry.firstByte
            _ = entries.popLast()
        }
        var kept = OutgoingBytes()
        for (var entry, length) in untaken.reversed() {
            if entry.isOverdue {
                added -= 1
                large.remove(length)
                outgoing.removeFirst(length)
            } else {
                entry.firstByte = takenBytes + UInt64(kept.count)
                outgoing.moveFirst(length, to: &kept)
                entries.append(entry)
            }
        }
        outgoing = kept
    }

    /// A caller got `QUEUED` for a command that nobody should have queued.
    package mutating func noteUnexplainedQueued() {
        session.noteUnexplainedQueued()
    }

    /// In doubt: the waiters whose commands nobody executes, for they were queued in a transaction that never ends, or are
    /// not written yet.
    package mutating func takeAbandonedInDoubt() -> [Abandoned] {
        var abandoned = queued
        queued = []
        for offset in 0..<entries.count where entries[offset].firstByte >= takenBytes {
            entries[offset].isOverdue = true
            abandoned.append(Abandoned(waiter: entries[offset].waiter, mayBeExecuted: false))
        }
        withdrawOverdue()
        return abandoned
    }

    /// Ends it: nothing is written any more, and all waiters are given back, the oldest first.
    package mutating func close() -> [Abandoned] {
        isClosed = true
        var left: [Abandoned] = []
        while let entry = entries.popFirst() {
            left.append(Abandoned(waiter: entry.waiter, mayBeExecuted: entry.firstByte < exposedBytes))
        }
        collected = []
        outgoing = OutgoingBytes()
        return left
    }
}
