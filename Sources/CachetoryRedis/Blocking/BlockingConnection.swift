package import CachetoryRESP

/// A connection whose caller waits in the kernel, for one reply at a time. An async one begins its life as this, too.
///
/// The first error ends it: the stream is out of step then, and a later reply could go to another caller.
package struct BlockingConnection: ~Copyable, Sendable {
    /// An async connection takes both over.
    let channel: Channel
    private(set) var parser: RESPParser
    private(set) var current = LoneRequest()
    private var unsent = OutgoingBytes()

    /// For how long the kernel waits in a read, in nanoseconds; nil before ``waitInReads(atMost:)``.
    private var readTimeout: Int64?

    /// How much later than a deadline a wait in the kernel may end, in nanoseconds: its timeout is set once for all calls, and
    /// each has spent some of its time already when it gets to read.
    private static let readTolerance: Int64 = 1_000_000

    /// Whether to spin for a reply before the thread parks in the kernel. For whoever lends the connection to say: it takes
    /// a processor.
    package var maySpin = false

    private var spins = ChanceBackoff()

    /// The size of the request that has begun, and the reply to it if that came while it was written.
    private var begun: (size: Int, reply: RESPReply?) = (0, nil)

    /// Room for one read. Most replies need one read with it, and idle connections hold little memory.
    private static let readSize = 16 * 1024

    /// How many reads one request may take: any number, once the handshake is done.
    var mostReads = handshakeReads

    /// A greeting has some hundred bytes, and might come one by one. Who sends 16 MB instead is no server, and not worth the
    /// processor's time until the deadline, again and again.
    private static let handshakeReads = 1024

    /// Why nothing more comes, once that is so. What came before it still counts.
    private var ending: String?

    /// What broke the encryption, if it was that.
    private(set) var tlsError: RedisTLSError?

    /// What is no RESP, once that has come.
    private(set) var violation: RESPError?

    /// Whether it may be used again: there was no error, and no reply is missing.
    package private(set) var isUsable = true

    /// What the replies to shared leases tell of its state.
    private(set) var session = SharedSession()

    /// When it got its last reply.
    package private(set) var lastUsed = Timestamp.now

    init(channel: consuming Channel, limits: RESPLimits) {
        self.channel = channel
        parser = RESPParser(limits: limits)
    }

    /// Lets the kernel wait in a read, instead of asking it first when there will be something: a system call less. Meant
    /// for connections that stay blocking.
    package mutating func waitInReads(atMost timeout: Duration?) throws(RedisCallError) {
        do {
            try channel.socket.setBlocking(true, timeout: timeout)
        } catch {
            throw lost(error.description, .notExecuted)
        }
        readTimeout = timeout?.nanoseconds ?? .max
    }

    /// Whether the peer has closed it or sent something unasked. One system call, if not.
    package mutating func isDisturbed() -> Bool {
        // An encrypted peer may also have changed its keys, or offered a session, which is no reply. One that goes on and on
        // would keep the caller here.
        for _ in 0..<Self.mostReadsOfNothing {
            if channel.socket.readiness(for: .readable).isEmpty { return false }
            guard channel.isEncrypted else { return true }
            do { try receive(waiting: false, .notExecuted) } catch { return true }
            if ending != nil || parser.hasPartialValue { return true }
        }
        return true
    }

    /// Far more than a few sessions and keys take, of ``readSize`` each.
    private static let mostReadsOfNothing = 16
}

// MARK: - A call

extension BlockingConnection {
    /// Sends a request and waits for its reply: of several commands, an array of theirs.
    ///
    /// - Parameter now: the time.
    package mutating func execute(
        _ request: Request, at now: Timestamp = .now, until deadline: Timestamp
    ) throws(RedisCallError) -> RESPReply {
        let wasUsable = isUsable
        isUsable = false
        try checkIsInStep()
        if deadline <= now {
            isUsable = wasUsable && ending == nil
            throw .timedOut(.notExecuted)
        }
        current.begin(replyCount: request.replyCount, at: now)
        request.encode(into: &unsent)
        let size = unsent.count
        do throws(RedisCallError) {
            let reply = try exchange(at: now, until: deadline)
            // The server is about to hang up.
            if SizeRefusal.isRefusal(reply, size: size) { isUsable = false }
            return reply
        } catch {
            if let refused = current.refusedReplies(size: size) { return refused }
            throw error.askingForSize(of: size)
        }
    }

    /// Sends what was encoded, and waits for the reply.
    private mutating func exchange(at start: Timestamp, until deadline: Timestamp) throws(RedisCallError) -> RESPReply {
        var now = start
        if let refusal = try write(at: &now, until: deadline) { return refusal }
        return try awaitReply(at: now, until: deadline)
    }

    /// Sends a request whose reply is waited for with ``finish(until:)``: so one thread can have several under way, on as
    /// many connections.
    mutating func begin(_ request: Request, at start: Timestamp, until deadline: Timestamp) throws(RedisCallError) {
        let wasUsable = isUsable
        isUsable = false
        try checkIsInStep()
        if deadline <= start {
            isUsable = wasUsable && ending == nil
            throw .timedOut(.notExecuted)
        }
        var now = start
        current.begin(replyCount: request.replyCount, at: now)
        request.encode(into: &unsent)
        begun = (unsent.count, nil)
        do throws(RedisCallError) {
            begun.reply = try write(at: &now, until: deadline)
        } catch {
            throw error.askingForSize(of: begun.size)
        }
    }

    /// Waits for the reply to the request that has begun.
    mutating func finish(until deadline: Timestamp) throws(RedisCallError) -> RESPReply {
        let size = begun.size
        do throws(RedisCallError) {
            var arrived = begun.reply
            if arrived == nil, deadline <= .now { arrived = try takeArrived() }
            let reply = if let arrived { arrived } else { try awaitReply(at: .now, until: deadline) }
            if SizeRefusal.isRefusal(reply, size: size) { isUsable = false }
            return reply
        } catch {
            if let refused = current.refusedReplies(size: size) { return refused }
            throw error.askingForSize(of: size)
        }
    }

    /// The reply, if it is there. It counts also after the deadline, until when the thread may have waited for another
    /// connection.
    private mutating func takeArrived() throws(RedisCallError) -> RESPReply? {
        for _ in 0..<Self.mostArrivedReads {
            if channel.socket.readiness(for: .readable).isEmpty { return nil }
            try receive(waiting: false, .unknown)
            if let reply = try nextReply(.unknown) { return succeed(reply) }
        }
        return nil
    }

    /// A megabyte: what is longer than that is late.
    private static let mostArrivedReads = 64

    @inline(__always)
    private mutating func awaitReply(at now: Timestamp, until deadline: Timestamp) throws(RedisCallError) -> RESPReply {
        let waitsInRead = readTimeout.map { now + $0 - deadline <= Self.readTolerance } ?? false
        try read(waitingInKernel: waitsInRead, until: deadline)
        for _ in 0..<mostReads {
            if let reply = try nextReply(.unknown) { return succeed(reply) }
            // Here and not in what waits: a peer that always has something to say never lets anybody wait.
            if .now >= deadline { throw .timedOut(.unknown) }
            try read(waitingInKernel: false, until: deadline)
        }
        throw .protocolViolation(reason: "no end of what comes before the reply", .unknown)
    }

    private mutating func succeed(_ reply: RESPReply) -> RESPReply {
        lastUsed = .now
        current.finish(at: lastUsed)
        isUsable = ending == nil
        return reply
    }

    /// Takes a reply for what it tells of the connection's state, which makes it unusable if that is in doubt.
    @inline(never)
    mutating func noteState(_ reply: RESPReply, to request: Request) {
        if request.isWronglyQueued(reply) { session.noteUnexplainedQueued() }
        if request.kind.isTransaction, case .array(let replies) = reply {
            _ = session.note(replies, to: request.kind)
        }
        if session.isInDoubt { isUsable = false }
    }

    /// What came behind the last reply must be pushes: a reply among it would be taken for that to the next request.
    mutating func checkIsInStep() throws(RedisCallError) {
        if parser.hasPartialValue { _ = try nextReply(.notExecuted) }
    }

    mutating func nextReply(_ outcome: RedisCallError.Outcome) throws(RedisCallError) -> RESPReply? {
        do {
            while let value = try parser.next() {
                if let reply = try current.receive(value) { return reply }
            }
            return nil
        } catch let error as RESPError {
            violation = error
            throw .protocolViolation(reason: error.description, outcome)
        } catch {
            throw .protocolViolation(reason: "a reply to no command", outcome)
        }
    }

    /// Writes all of it. Goes on reading while there is no room: two full buffers would wait for each other for ever.
    ///
    /// - Parameter now: the time; read again if this takes some.
    /// - Returns: a reply that came before all was written: the server has refused the request, and will close the
    ///   connection.
    private mutating func write(at now: inout Timestamp, until deadline: Timestamp) throws(RedisCallError) -> RESPReply?
    {
        let count = unsent.count
        var isAll = false
        while true {
            if let refusal = try send(of: count, isAll: &isAll) { return refusal }
            if isAll { break }
            let outcome: RedisCallError.Outcome = unsent.count < count ? .unknown : .notExecuted
            let needed: Readiness = channel.isHeldUp ? .readable : [.readable, .writable]
            let ready = try wait(for: needed, until: deadline, outcome)
            now = .now
            guard ready.contains(.readable) else { continue }
            try receive(waiting: false, outcome)
            if let refusal = try nextReply(outcome) { return refusal }
        }
        unsent.removeAll(keepingCapacityUpTo: Self.readSize)
        return nil
    }

    /// Sends what there is room for, of so many bytes, and says whether that was the rest.
    ///
    /// - Returns: a reply, if the server has refused the request and hung up.
    private mutating func send(of count: Int, isAll: inout Bool) throws(RedisCallError) -> RESPReply? {
        do {
            isAll = try channel.send(&unsent)
            return nil
        } catch {
            let outcome: RedisCallError.Outcome = unsent.count < count ? .unknown : .notExecuted
            // A peer may give its reason before it hangs up.
            try receive(waiting: false, outcome)
            if let refusal = try nextReply(outcome) { return refusal }
            throw lost(ending ?? error.description, outcome)
        }
    }

    private mutating func read(waitingInKernel: Bool, until deadline: Timestamp) throws(RedisCallError) {
        // The rest of a reply that has begun may take its time, and what there is of it would be taken for something new.
        if maySpin, current.isPeerNearby, !parser.hasPartialValue, spins.takeChance(), try spin() { return }
        if !waitingInKernel, ending == nil { _ = try wait(for: .readable, until: deadline, .unknown) }
        try receive(waiting: waitingInKernel, .unknown)
    }

    /// Reads without parking. With nothing in the parser.
    ///
    /// - Returns: whether something came, be it the end.
    private mutating func spin() throws(RedisCallError) -> Bool {
        let hasCome = try SpinPolicy.spin(yields: true) { () throws(RedisCallError) in
            try receive(waiting: false, .unknown)
            return ending != nil || parser.hasPartialValue
        }
        if hasCome { spins.succeed() } else { spins.fail() }
        return hasCome
    }

    private mutating func receive(waiting: Bool, _ outcome: RedisCallError.Outcome) throws(RedisCallError) {
        if let ending { throw lost(ending, outcome) }
        do {
            if try channel.receive(into: &parser, room: Self.readSize, waits: waiting) { return }
            ending = "the server closed it"
        } catch {
            ending = error.description
            if case .tls(let error) = error { tlsError = error }
        }
    }

    private func wait(
        for events: Readiness, until deadline: Timestamp, _ outcome: RedisCallError.Outcome
    ) throws(RedisCallError) -> Readiness {
        do {
            return try channel.socket.wait(for: events, until: deadline)
        } catch {
            throw error == .timedOut ? .timedOut(outcome) : lost(error.description, outcome)
        }
    }

    private func lost(_ reason: String, _ outcome: RedisCallError.Outcome) -> RedisCallError {
        .connectionLost(reason: reason, outcome)
    }
}
