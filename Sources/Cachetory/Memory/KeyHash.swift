/// A hash of bytes for tables whose keys come from anywhere.
///
/// Each 16 bytes are mixed in by one multiplication to 128 bits whose halves are folded together, as in wyhash. The
/// standard library's `Hasher` took a quarter of the time of a hit.
struct KeyHash: Sendable {
    /// Drawn for each store and never shown, so that nobody outside can choose keys that collide.
    private let first = UInt64.random(in: .min ... .max)
    private let second = UInt64.random(in: .min ... .max)

    func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var state = first
        var rest = bytes[...]
        while rest.count > 16 {
            state = fold(word(rest, at: 0) ^ second, word(rest, at: 8) ^ state)
            rest = rest.dropFirst(16)
        }
        // What is left, up to 16 bytes, as two words that may overlap. The count tells apart what they make equal, by a
        // multiplication of its own: mixed into a word, other bytes could make up for it.
        let (low, high) = lastWords(rest)
        let count = UInt64(truncatingIfNeeded: bytes.count)
        return fold(fold(low ^ second, high ^ state), first ^ count)
    }

    private func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    private func word(_ bytes: Slice<UnsafeRawBufferPointer>, at offset: Int) -> UInt64 {
        UnsafeRawBufferPointer(rebasing: bytes).loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    private func lastWords(_ slice: Slice<UnsafeRawBufferPointer>) -> (UInt64, UInt64) {
        let bytes = UnsafeRawBufferPointer(rebasing: slice)
        switch bytes.count {
        case 8...:
            return (
                bytes.loadUnaligned(as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
            )
        case 4...:
            return (
                UInt64(bytes.loadUnaligned(as: UInt32.self)),
                UInt64(bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self))
            )
        case 1...:
            return (UInt64(bytes[0]) << 8 | UInt64(bytes[bytes.count / 2]), UInt64(bytes[bytes.count - 1]))
        default:
            return (0, 0)
        }
    }
}
