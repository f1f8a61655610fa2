/// What a reply may be at most, so that no peer makes the parser take unbounded memory, time or stack.
package struct RESPLimits: Sendable, Equatable {
    /// Aggregates inside each other. Redis' own replies nest to about 8; values are freed, compared and hashed
    /// recursively, which 64 levels do on the smallest of stacks.
    package var depth = 64

    /// Bytes of a whole reply, of which each element counts for ``elementBytes`` more: what has come of one that is not
    /// complete never takes much more memory than that.
    package var replyBytes: Int

    /// Bytes of one string, all its chunks together. As many as of a reply, unless set.
    package var bulkBytes: Int

    /// Elements of one aggregate; a map has two for each pair. As many as a reply may have bytes for, unless set: more can
    /// be refused as soon as they are declared.
    package var elements: Int

    /// Attributes, and elements inside them, in front of one reply. They are dropped, so no memory bounds them.
    package var attributes = 1 << 20

    /// Bytes of one line, its type included and its end not: what Redis accepts on an inline command.
    package var lineBytes = 64 << 10

    /// From here on a string is not collected in the parser's buffer, but received into memory of its own.
    /// Below, copying costs less than the extra allocation and the read of its own.
    package var largeStringBytes = 32 << 10

    /// - Parameter replyBytes: see ``replyBytes``.
    package init(replyBytes: Int = Self.defaultReplyBytes) {
        self.replyBytes = replyBytes
        bulkBytes = replyBytes
        elements = replyBytes / (Self.shortestValueBytes + Self.elementBytes)
    }

    package static let `default` = RESPLimits()
}

extension RESPLimits {
    /// `proto-max-bulk-len`: the largest value that Redis stores by default.
    package static let defaultReplyBytes = 512 << 20

    /// What an element takes in its aggregate, besides the bytes it came in.
    package static let elementBytes = MemoryLayout<RESPReply>.stride

    /// What the parser's buffer keeps when it is empty: several reads of the usual size. A pool of a hundred idle
    /// connections holds 6 MB at most.
    static let retainedBytes = 64 << 10

    /// Elements for which memory is set aside when an aggregate opens, however many it declares; from there on it
    /// doubles. With ``depth`` of them open at once that is 1.5 MB at most.
    static let reservedElements = 1 << 10

    /// The shortest value, `_\r\n`: this many bytes must have come for each element that memory is set aside for.
    static let shortestValueBytes = 3

    /// The first block of a large string that has not arrived yet; from there on it doubles.
    static let firstLargeBlockBytes = 64 << 10

    /// Digits in a length or an integer: what the largest `UInt64` has. More could only be leading zeros.
    static let digits = 20

    /// Digits that fit in an `Int64` whatever they are.
    static let safeDigits = 18

    /// Characters of a double: the largest in `%.17f` has 328. A longer text would only cost time to convert.
    static let doubleBytes = 400

    /// Bytes of a reply that an error message quotes.
    static let excerptBytes = 32
}
