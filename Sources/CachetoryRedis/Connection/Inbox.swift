import CachetoryRESP

/// What was read from a connection and has not reached its waiters yet. For whoever has the reading role.
struct Inbox: ~Copyable {
    private var parser: RESPParser

    // Kept from one read to the next, to save their allocation.
    private var arrived = RingBuffer<RESPReply>()
    private var answered = RingBuffer<(waiter: Waiter<RESPReply>, reply: RESPReply)>()

    /// Room for one read: replies to a few hundred commands.
    private static let readSize = 64 * 1024

    init(parser: consuming RESPParser) {
        self.parser = parser
    }

    /// Whether there is anything to match.
    var isEmpty: Bool { arrived.isEmpty }

    /// Reads once. Returns false at the end of the stream.
    mutating func read(from channel: borrowing Channel) throws(ChannelError) -> Bool {
        try channel.receive(into: &parser, room: Self.readSize)
    }

    /// Takes the replies that are complete from what was read.
    mutating func parse() throws(RESPError) {
        while let value = try parser.next() { arrived.append(value) }
    }

    /// Finds the waiter of each reply.
    mutating func match(with exchange: inout Exchange<Waiter<RESPReply>>) throws(UnsolicitedReply) {
        while let value = arrived.popFirst() {
            if let pair = try exchange.receive(value) { answered.append(pair) }
        }
    }

    /// How many bytes the reply has at least that is not complete.
    var partialSize: Int { parser.partialSize }

    /// How many waiters have their reply.
    var answeredCount: Int { answered.count }

    /// Resumes the waiters.
    mutating func deliver() {
        while let (waiter, reply) = answered.popFirst() { waiter.succeed(reply) }
    }
}
