/// The bytes that the decoders of one value read.
///
/// They are borrowed. A decoder that someone keeps for longer finds no bytes any more, where it would otherwise read
/// freed memory.
final class MessagePackSource {
    /// From this depth on the ends of containers are noted. Above, each byte is walked over a few times at most, which is
    /// less work.
    private static let firstNotedDepth = 4

    private(set) var reader: MessagePackReader

    /// The ends that are known.
    private(set) var extents = MessagePackExtents()

    init(_ reader: MessagePackReader) {
        self.reader = reader
    }

    /// Where the value ends that a token begins, for a decoder at some depth.
    @inline(__always)
    func end(of token: MessagePackToken, depth: Int) throws(MessagePackFault) -> Int {
        depth < Self.firstNotedDepth ? try reader.end(of: token) : try extents.end(of: token, in: reader)
    }

    /// Gives the bytes back.
    func close() {
        reader = .empty
    }
}
