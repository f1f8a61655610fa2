import CachetorySmallFoundation

/// A string whose header was read and whose contents have not all come.
///
/// A short one waits in the parser's buffer. A large or streamed one is collected in memory of its own, which becomes
/// the value's, so that it is copied once at most.
struct PartialString: ~Copyable {
    enum State {
        /// There is none.
        case none

        /// Its contents are complete once ``missing`` bytes are in the parser's buffer.
        case waiting

        /// ``missing`` bytes go from the parser's buffer, or right from the socket, into ``storage``.
        case receiving

        /// A streamed string, between two chunks.
        case awaitingChunk

        /// A streamed string, inside a chunk of which ``missing`` bytes have to come.
        case receivingChunk
    }

    var state = State.none
    private(set) var kind = StringKind.bulk

    /// Contents still to come, the CR LF behind them included.
    private(set) var missing = 0

    /// What was received; its CR LF too while it is being received.
    private var storage = ByteBuffer()

    /// Whether bytes that come belong into ``storage``.
    var isReceiving: Bool { state == .receiving || state == .receivingChunk }

    /// Bytes of a streamed string that came in the chunks so far.
    var count: Int { storage.count }

    mutating func begin(_ kind: StringKind, length: Int, isLarge: Bool) {
        self.kind = kind
        missing = length + LineScanner.lineEndBytes
        state = isLarge ? .receiving : .waiting
    }

    mutating func beginStream() {
        kind = .bulk
        state = .awaitingChunk
    }

    mutating func beginChunk(length: Int) {
        missing = length + LineScanner.lineEndBytes
        state = .receivingChunk
    }

    /// Moves as much as is missing and there from `buffer` to here.
    ///
    /// - Returns: Whether nothing is missing any more.
    mutating func take(from buffer: inout ByteBuffer) -> Bool {
        let taken = min(buffer.count, missing)
        if taken > 0 {
            reserve(taken)
            storage.append(UnsafeRawBufferPointer(rebasing: buffer.readable[..<taken]))
            buffer.removeFirst(taken)
            missing -= taken
        }
        return missing == 0
    }

    /// Memory for `minimum` bytes, which must not be more than are missing, or for more of those.
    mutating func room(minimum: Int) -> UnsafeMutableRawBufferPointer {
        reserve(minimum)
        let room = storage.room(minimum: minimum)
        return UnsafeMutableRawBufferPointer(rebasing: room[..<min(room.count, missing)])
    }

    mutating func commit(_ received: Int) {
        guard received > 0 else { return }
        storage.commit(received)
        missing -= received
    }

    /// Takes the CR LF off the end of what was received.
    mutating func removeLineEnd() throws(RESPError) {
        try StringKind.checkLineEnd(at: storage.front + (storage.count - LineScanner.lineEndBytes))
        storage.removeLast(LineScanner.lineEndBytes)
    }

    /// The value, complete. Nothing is left here.
    mutating func finish() throws(RESPError) -> RESPReply {
        state = .none
        defer { storage.removeAll(keepingCapacityUpTo: 0) }
        switch kind {
        case .bulk: return .bulkString(storage.takeData())
        case .error: return .error(RESPServerError(line: storage.readable))
        case .verbatim:
            let format = try StringKind.verbatimFormat(of: storage.readable)
            storage.removeFirst(StringKind.verbatimPrefixBytes)
            return .verbatimString(format: format, storage.takeData())
        }
    }

    /// Doubles the block when it is full, so that it grows with what has come and not with what was declared; and
    /// not past the end, where that is known.
    private mutating func reserve(_ additional: Int) {
        let needed = storage.count + additional
        guard needed > storage.capacity else { return }
        let doubled = max(needed, 2 * storage.capacity)
        let isStreamed = state == .receivingChunk
        let end = storage.count + missing
        storage.grow(toCapacity: isStreamed ? doubled : min(max(doubled, RESPLimits.firstLargeBlockBytes), end))
    }
}
