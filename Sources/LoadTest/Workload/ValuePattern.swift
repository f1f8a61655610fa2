import Foundation

/// The value of every key, derived from the key's number and the size of values alone.
///
/// A value is the number in 8 little-endian bytes, then a stretch of one block of random-looking bytes, which begins
/// where the number says. Both are cut to the size of values. So a value that belongs to another key is known by its
/// first bytes (below 3 bytes only if there are few keys), and making and checking one costs no more than copying and
/// comparing memory.
struct ValuePattern: Sendable {
    /// The size of every value in bytes.
    let size: Int

    private static let headerSize = MemoryLayout<UInt64>.size

    /// In how many places a value's body may begin.
    private static let offsets = 4096

    private let block: [UInt8]

    init(size: Int) {
        self.size = size
        var random = SplitMix64(seed: UInt64(size))
        block = (0..<size + Self.offsets).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    /// The value of a key.
    func value(of key: Int) -> Data {
        block.withUnsafeBytes { block in
            guard let start = block.baseAddress else { return Data() }
            var value = Data(bytes: start + bodyOffset(of: key), count: size)
            value.withUnsafeMutableBytes { bytes in
                withUnsafeBytes(of: UInt64(key).littleEndian) { header in
                    bytes.copyBytes(from: header.prefix(size))
                }
            }
            return value
        }
    }

    /// How a value differs from that of a key; nil if it is the same in every byte.
    func difference(of value: Data, from key: Int) -> WrongValue? {
        guard value.count == size else { return .length(value.count) }
        return value.withUnsafeBytes { bytes in
            if isValue(bytes, of: key) { return nil }
            if let other = claimedKey(of: bytes), isValue(bytes, of: other) { return .valueOfKey(other) }
            return .corrupt(offset: zip(bytes, self.value(of: key)).prefix { $0 == $1 }.count)
        }
    }

    private func bodyOffset(of key: Int) -> Int {
        Int(SplitMix64.mix(UInt64(key)) % UInt64(Self.offsets))
    }

    /// Compares `size` bytes with the value of a key.
    private func isValue(_ bytes: UnsafeRawBufferPointer, of key: Int) -> Bool {
        guard let start = bytes.baseAddress, size > 0 else { return size == 0 }
        var header = UInt64(key).littleEndian
        guard memcmp(start, &header, min(size, Self.headerSize)) == 0 else { return false }
        guard size > Self.headerSize else { return true }
        let bodySize = size - Self.headerSize
        return block.withUnsafeBytes { block in
            let body = block.baseAddress! + bodyOffset(of: key) + Self.headerSize
            return memcmp(start + Self.headerSize, body, bodySize) == 0
        }
    }

    /// The key that the first bytes name; nil if they name none.
    private func claimedKey(of bytes: UnsafeRawBufferPointer) -> Int? {
        var header: UInt64 = 0
        withUnsafeMutableBytes(of: &header) { $0.copyBytes(from: bytes.prefix(Self.headerSize)) }
        return Int(exactly: UInt64(littleEndian: header))
    }
}
