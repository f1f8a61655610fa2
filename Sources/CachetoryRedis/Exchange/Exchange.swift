package import CachetoryRESP

/// What is on its way on one connection: bytes to be written, and waiters for the replies, in order.
///
/// A pure value: it is told what happened, and says what to do. The connection around it does the I/O and holds the lock.
/// Who writes has the *writing role*, which one thread has at a time: it takes the bytes with ``startWriting(_:)``,
/// writes them, and reports back. ``Pacing`` says when.
package struct Exchange<Waiter>: ~Copyable {
    struct Entry {
        let waiter: Waiter
        /// Greater than that of the entry before it.
        let number: UInt64
        /// Where the request begins in all the bytes ever added.
        var firstByte: UInt64
        let deadline: Timestamp
        /// How many replies are still to come; at least one.
        var missingReplies: Int
        let kind: Request.Kind
        let expectsLargeReply: Bool
        var isOverdue = false
        /// Whether it is not to be written. It is dropped before anything behind it is taken.
        var isWithdrawn = false
    }

    /// Bytes that nobody has taken to write yet.
    var outgoing = OutgoingBytes()

    /// Where `outgoing` begins in all the bytes ever added.
    var takenBytes: UInt64 = 0

    /// The bytes up to here may have reached the peer: those written, and while a write goes on, all that it has.
    var exposedBytes: UInt64 = 0

    /// Whether somebody has the writing role.
    package internal(set) var isWriting = false

    /// How many bytes were taken by whoever has the role, and are not known to be written.
    var writingBytes = 0

    /// Whether a request was taken that has the connection to itself, see ``LargeRequests/aloneSize``, and not answered yet:
    /// until then nothing is written behind it.
    var isBlocked = false

    /// Whether the server has refused such a request for its size, and hangs up: nothing is written any more.
    package private(set) var isRefused = false

    /// How many such requests nobody has taken yet.
    var untakenAlone = 0

    /// The requests to be dropped, and their bytes, see ``withdraw(_:)``.
    var withdrawn = (count: 0, bytes: 0)

    /// The requests without their replies, in the order of their bytes.
    var entries = RingBuffer<Entry>()

    /// The replies to the first entry that have come, where it waits for several.
    var collected: [RESPReply] = []

    /// Whether a reply has come since the last ``finishReceiving(at:)``. A push is none: the server may be busy all the same.
    private var hasReceived = false

    /// How many requests were answered, taken by a writer, and added, ever.
    var answered: UInt64 = 0
    package internal(set) var taken: UInt64 = 0
    var added: UInt64 = 0

    /// The number of the entry that was added last. No two entries ever have the same, and none has zero.
    package internal(set) var lastNumber: UInt64 = 0

    package internal(set) var large = LargeRequests()

    /// How many requests wait for a reply that is expected to be large, also where nobody waits for it any more.
    package internal(set) var largeReplies = 0

    /// When the last reply came; nil before the first.
    package private(set) var lastReply: Timestamp?

    /// Since when a deadline has passed with no reply after it.
    package internal(set) var overdueSince: Timestamp?

    package internal(set) var isClosed = false

    package var session = SharedSession()

    /// Waiters whose commands were queued in a transaction that another request has left open.
    var queued: [Abandoned] = []

    package init() {}

    /// How many requests wait for a reply.
    package var inFlight: Int { entries.count - withdrawn.count }

    /// The waiter whose reply comes next.
    package var oldest: Waiter? { entries.first?.waiter }

    /// Where the next request begins in all the bytes ever added.
    var end: UInt64 { takenBytes + UInt64(outgoing.count) }

    /// How many bytes wait to be written, as far as is known while some are being written.
    package var queuedBytes: Int { outgoing.count + writingBytes }

    /// Whether there is a request that has the connection to itself, or is about to.
    package var hasRequestAlone: Bool { isBlocked || untakenAlone > 0 }

    /// How many bytes the request at a distance from the oldest one has.
    func length(at offset: Int) -> Int {
        let next = offset + 1 < entries.count ? entries[offset + 1].firstByte : end
        return Int(next - entries[offset].firstByte)
    }

    package var backlog: Backlog {
        Backlog(requests: Int(added - taken), bytes: outgoing.count, inFlight: inFlight, mayWrite: mayWrite)
    }

    /// The earliest deadline of a request that is not overdue yet.
    package var nextDeadline: Timestamp {
        var next = Timestamp.distantFuture
        for offset in 0..<entries.count where !entries[offset].isOverdue && !entries[offset].isWithdrawn {
            next = min(next, entries[offset].deadline)
        }
        return next
    }
}

extension Exchange: Sendable where Waiter: Sendable {}
extension Exchange.Entry: Sendable where Waiter: Sendable {}

// MARK: - Writing

extension Exchange {
    /// Adds a request and its waiter.
    ///
    /// - Returns: how many bytes it has.
    @discardableResult
    package mutating func add(
        _ request: Request, waiter: Waiter, deadline: Timestamp, expectsLargeReply: Bool = false
    ) -> Int {
        let before = outgoing.count
        request.encode(into: &outgoing)
        return append(request, from: before, waiter, deadline, expectsLargeReply)
    }

    /// Adds a request that was encoded before, for one that takes long to encode: others wait meanwhile.
    ///
    /// - Returns: how many bytes it has.
    package mutating func add(
        _ request: Request, encoded: consuming OutgoingBytes, waiter: Waiter, deadline: Timestamp,
        expectsLargeReply: Bool = false
    ) -> Int {
        let before = outgoing.count
        outgoing.append(encoded)
        return append(request, from: before, waiter, deadline, expectsLargeReply)
    }

    @inline(__always)
    private mutating func append(
        _ request: Request, from before: Int, _ waiter: Waiter, _ deadline: Timestamp, _ expectsLargeReply: Bool
    ) -> Int {
        let size = outgoing.count - before
        if size >= LargeRequests.leastSize { noteLarge(size) }
        if expectsLargeReply { largeReplies += 1 }
        added += 1
        lastNumber += 1
        entries.append(
            Entry(
                waiter: waiter, number: lastNumber, firstByte: takenBytes + UInt64(before), deadline: deadline,
                missingReplies: request.replyCount, kind: request.kind, expectsLargeReply: expectsLargeReply))
        return size
    }

    private mutating func noteLarge(_ size: Int) {
        large.add(size)
        if size >= LargeRequests.aloneSize { untakenAlone += 1 }
    }

    /// Whether requests may be added.
    package var isOpen: Bool { !isClosed && !session.isInDoubt }

    /// Whether there is something to write now, and nobody writing.
    package var mayWrite: Bool { !isWriting && !outgoing.isEmpty && !isBlocked && isOpen }

    /// Gives the writing role and what has gathered, in exchange for an empty buffer: all of it, or as much as may be written
    /// before a reply has come. Only if ``mayWrite``: before that, the buffer is another thread's.
    package mutating func startWriting(_ bytes: inout OutgoingBytes) {
        precondition(mayWrite)
        if withdrawn.count > 0 { dropWithdrawn() }
        isWriting = true
        if untakenAlone > 0 { return startWritingAlone(&bytes) }
        take(Int(added - taken), bytes: outgoing.count)
        swap(&outgoing, &bytes)
    }

    /// As ``startWriting(_:)``, up to the first request that has the connection to itself.
    @inline(never)
    private mutating func startWritingAlone(_ bytes: inout OutgoingBytes) {
        let firstUntaken = Int(taken - answered)
        var (count, size, last) = (0, 0, 0)
        repeat {
            last = length(at: firstUntaken + count)
            size += last
            count += 1
        } while last < LargeRequests.aloneSize
        untakenAlone -= 1
        isBlocked = true
        take(count, bytes: size)
        outgoing.moveFirst(size, to: &bytes)
    }

    @inline(__always)
    private mutating func take(_ count: Int, bytes: Int) {
        takenBytes += UInt64(bytes)
        exposedBytes = takenBytes
        writingBytes = bytes
        taken += UInt64(count)
    }

    /// All of it was written.
    package mutating func finishWriting() {
        isWriting = false
        writingBytes = 0
    }

    /// The kernel has no room for the rest. The role stays with the writer, until there is room again.
    package mutating func pauseWriting(unsentBytes: Int) {
        // Whoever closed it has dropped the rest.
        if isClosed { return }
        exposedBytes = takenBytes - UInt64(unsentBytes)
        writingBytes = unsentBytes
    }

    /// There is room again.
    package mutating func resumeWriting() {
        exposedBytes = takenBytes
    }
}

// MARK: - Replies

/// A reply that nobody waits for: the stream is out of step, and no later reply can be trusted.
package struct UnsolicitedReply: Error, CustomStringConvertible {
    package var description: String { "a reply to no command" }
}

extension Exchange {
    /// Takes the next reply.
    ///
    /// - Returns: the oldest waiter with its reply, or with an array of them where its request had several commands; nil
    ///   if that needs more replies yet, or for a push, which answers nobody and is dropped, or where the reply is none of
    ///   its own: see ``takeAbandonedInDoubt()``.
    package mutating func receive(
        _ reply: consuming RESPReply
    ) throws(UnsolicitedReply) -> (waiter: Waiter, reply: RESPReply)? {
        if case .push = reply { return nil }
        // A reply to what was not written yet, or to nothing; and after the end there is nobody to take it.
        if answered == taken || isClosed { throw UnsolicitedReply() }
        hasReceived = true
        if isBlocked && answered + 1 == taken { noteReplyAlone(reply) }
        entries[0].missingReplies -= 1
        if entries[0].missingReplies > 0 {
            collected.append(reply)
            return nil
        }
        guard let entry = entries.popFirst() else { throw UnsolicitedReply() }
        answered += 1
        if entry.expectsLargeReply { largeReplies -= 1 }
        if large.bytes > 0 { large.remove(Int((entries.first?.firstByte ?? end) - entry.firstByte)) }
        if collected.isEmpty, !session.isInDoubt { return (entry.waiter, reply) }
        return finish(entry, with: reply)
    }

    /// The last reply to several commands, or one on a connection in doubt.
    @inline(never)
    private mutating func finish(_ entry: Entry, with last: RESPReply) -> (waiter: Waiter, reply: RESPReply)? {
        collected.append(last)
        let replies = collected
        collected = []
        if session.note(replies, to: entry.kind) {
            return (entry.waiter, replies.count == 1 ? replies[0] : .array(replies))
        }
        // An EXEC on its way executes them, if the server does not refuse that one as well.
        let mayBeExecuted = hasTransactionUnderWay || !replies.allSatisfy { $0.isQueued || $0.isError }
        queued.append(Abandoned(waiter: entry.waiter, mayBeExecuted: mayBeExecuted, size: 0))
        return nil
    }

    private var hasTransactionUnderWay: Bool {
        for offset in 0..<entries.count where entries[offset].kind.isTransaction {
            return entries[offset].firstByte < takenBytes
        }
        return false
    }

    /// A reply to the request that has the connection to itself, which is the oldest.
    @inline(never)
    private mutating func noteReplyAlone(_ reply: borrowing RESPReply) {
        if SizeRefusal.isRefusal(reply, size: length(at: 0)) {
            isRefused = true
        } else if entries[0].missingReplies == 1 {
            isBlocked = false
        }
    }

    /// All that was read at once has been taken.
    ///
    /// - Returns: how many requests were answered, ever; nil if nothing but pushes has come.
    @discardableResult
    package mutating func finishReceiving(at now: Timestamp) -> UInt64? {
        guard hasReceived else { return nil }
        hasReceived = false
        lastReply = now
        overdueSince = nil
        return answered
    }
}
