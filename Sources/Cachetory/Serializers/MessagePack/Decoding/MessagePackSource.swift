/// The bytes that the decoders of one value read.
///
/// They are borrowed. A decoder that someone keeps for longer finds no bytes any more, where it would otherwise read
/// freed memory.
final class MessagePackSource {
    private(set) var reader: MessagePackReader

    init(_ reader: MessagePackReader) {
        self.reader = reader
    }

    /// Gives the bytes back.
    func close() {
        reader = .empty
    }
}
