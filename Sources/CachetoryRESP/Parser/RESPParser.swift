/// Turns a stream of bytes into replies, in whatever pieces it comes.
///
/// Bytes go in with ``receive(minimum:_:)``, replies come out of ``next()``. It does no I/O and knows no connection, so
/// the async and the blocking path share it. Everything is iterative, and a byte is looked at once: a reply costs the
/// same whether it came whole or byte by byte. What it may take is bounded by ``RESPLimits``.
///
/// ```
/// var parser = RESPParser()
/// while try parser.receive(minimum: 16 << 10, { try socket.read(into: $0) }) > 0 {
///     while let reply = try parser.next() { handle(reply) }
/// }
/// ```
@usableFromInline  // for the members that are `@inlinable`: see `ByteBuffer`
package struct RESPParser: ~Copyable, Sendable {
    let limits: RESPLimits

    /// What has come and was not understood yet: usually less than one reply.
    var buffer = ByteBuffer()

    /// How much of the line at the front of ``buffer`` is known to hold no line end.
    var scanned = 0

    /// The string that a reply stopped in the middle of.
    var string = PartialString()

    /// The aggregates that a reply stopped in the middle of.
    var aggregates = AggregateStack()

    /// How many bytes have come of the reply that begins with the outermost of ``aggregates``, if there is one.
    var received = 0

    /// Where the last ``receive(minimum:_:)`` read to: ``string`` or else ``buffer``.
    private var receivesIntoString = false

    private var failure: RESPError?

    package init(limits: RESPLimits = .default) { self.limits = limits }

    /// Takes in what a read delivers.
    ///
    /// Ask for no more than 64 KiB: larger buffers are not kept between replies. The rest of a large string is
    /// received straight into the memory that its `Data` will own.
    ///
    /// - Parameters:
    ///   - minimum: How many bytes there must be room for.
    ///   - body: Reads into the memory it is given and returns how many bytes it read; zero and less are ignored.
    /// - Returns: What `body` returned.
    @inlinable
    package mutating func receive<E>(
        minimum: Int, _ body: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) -> Int {
        let received = try body(room(minimum: minimum))
        commit(received)
        return received
    }

    /// Takes in a copy of `bytes`.
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        received += bytes.count
        if failure == nil { buffer.append(bytes) }
    }

    /// The next reply, or `nil` if more bytes are needed for it.
    ///
    /// - Throws: ``RESPError`` if the peer broke the protocol or a limit. Where the next reply would begin is unknown
    ///   then, so the parser throws the same for ever.
    package mutating func next() throws(RESPError) -> RESPReply? {
        if let failure { throw failure }
        do throws(RESPError) {
            return try readReply()
        } catch {
            fail(with: error)
            throw error
        }
    }

    /// Whether a reply has begun and is not complete, so that an end of the stream now would cut it.
    ///
    /// Ask for all replies first: those that nobody took out yet are partial, too. Nothing is after an error.
    package var hasPartialValue: Bool {
        !buffer.isEmpty || string.state != .none || aggregates.hasPartialValue
    }
}

extension RESPParser {
    @usableFromInline
    package mutating func room(minimum: Int) -> UnsafeMutableRawBufferPointer {
        // What is in the buffer came before what comes now, and belongs before it.
        receivesIntoString = buffer.isEmpty && string.isReceiving && string.missing >= max(minimum, 1)
        return receivesIntoString ? string.room(minimum: minimum) : buffer.room(minimum: minimum)
    }

    @usableFromInline
    package mutating func commit(_ count: Int) {
        received += max(0, count)
        if receivesIntoString {
            string.commit(count)
        } else if failure == nil {
            buffer.commit(count)
        }
    }

    /// How many bytes a reply that is not complete has at least, as far as that is known; zero if there is none. Ask for all
    /// replies first.
    package var partialSize: Int {
        (aggregates.hasPartialValue ? received : buffer.count) + (string.isReceiving ? string.missing : 0)
    }

    private mutating func fail(with error: RESPError) {
        failure = error
        buffer.removeAll(keepingCapacityUpTo: 0)
        string = PartialString()
        aggregates = AggregateStack()
    }
}
