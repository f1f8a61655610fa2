import Foundation

/// The value of every key, derived from the key's number, a version and the size of values alone.
///
/// A value is a header, the number and the version in 4 little-endian bytes each, then a slice of one pseudorandom
/// block at an offset derived from the header. Both are cut to the size of values. So the first bytes show a value of
/// another key or write (below 3 bytes only if there are few keys), and making and checking a value cost no more than
/// copying and comparing memory.
struct ValuePattern: Sendable {
    /// The size of every value in bytes.
    let size: Int

    /// The smallest size whose values tell both key and version.
    static let headerSize = MemoryLayout<UInt64>.size

    /// In how many places a value's body may begin.
    private static let offsets = 4096

    private let block: [UInt8]

    init(size: Int) {
        self.size = size
        var random = SplitMix64(seed: UInt64(size))
        block = (0..<size + Self.offsets).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    /// The value of a key.
    ///
    /// - Parameter version: which write of the key it is; 0 where all are the same.
    func value(of key: Int, version: UInt32 = 0) -> Data {
        let header = header(key, version)
        return block.withUnsafeBytes { block in
            guard let start = block.baseAddress else { return Data() }
            var value = Data(bytes: start + bodyOffset(of: header), count: size)
            value.withUnsafeMutableBytes { bytes in
                withUnsafeBytes(of: header.littleEndian) { header in
                    bytes.copyBytes(from: header.prefix(size))
                }
            }
            return value
        }
    }

    /// How a value differs from that of a key; nil if it is the same in every byte.
    func difference(of value: Data, from key: Int) -> WrongValue? {
        guard value.count == size else { return .length(value.count) }
        // By way of its span, which the runtime checks less often than a closure on the value itself.
        return value.bytes.withUnsafeBytes { bytes in
            isValue(bytes, of: header(key, 0)) ? nil : explanation(of: bytes, from: header(key, 0))
        }
    }

    /// Which version of a key's value this is.
    ///
    /// - Throws: how it differs from all of them.
    func version(of value: Data, from key: Int) throws(WrongValue) -> UInt32 {
        guard value.count == size else { throw .length(value.count) }
        let difference = value.withUnsafeBytes { bytes -> Result<UInt32, WrongValue> in
            let claim = claim(of: bytes)
            let version = isKey(key, of: claim) ? UInt32(claim >> 32) : 0
            let expected = header(key, version)
            return isValue(bytes, of: expected) ? .success(version) : .failure(explanation(of: bytes, from: expected))
        }
        return try difference.get()
    }

    // MARK: - Parts of a value

    private func header(_ key: Int, _ version: UInt32) -> UInt64 {
        UInt64(version) << 32 | UInt64(UInt32(truncatingIfNeeded: key))
    }

    private func isKey(_ key: Int, of header: UInt64) -> Bool {
        UInt32(truncatingIfNeeded: header) == UInt32(truncatingIfNeeded: key)
    }

    private func bodyOffset(of header: UInt64) -> Int {
        Int(SplitMix64.mix(header) % UInt64(Self.offsets))
    }

    /// Compares `size` bytes with the value of a header.
    private func isValue(_ bytes: UnsafeRawBufferPointer, of header: UInt64) -> Bool {
        guard let start = bytes.baseAddress, size > 0 else { return size == 0 }
        var expected = header.littleEndian
        guard memcmp(start, &expected, min(size, Self.headerSize)) == 0 else { return false }
        guard size > Self.headerSize else { return true }
        let bodySize = size - Self.headerSize
        return block.withUnsafeBytes { block in
            let body = block.baseAddress! + bodyOffset(of: header) + Self.headerSize
            return memcmp(start + Self.headerSize, body, bodySize) == 0
        }
    }

    /// The first bytes as a header.
    private func claim(of bytes: UnsafeRawBufferPointer) -> UInt64 {
        var header: UInt64 = 0
        withUnsafeMutableBytes(of: &header) { $0.copyBytes(from: bytes.prefix(Self.headerSize)) }
        return UInt64(littleEndian: header)
    }

    /// How bytes differ from a header's value.
    private func explanation(of bytes: UnsafeRawBufferPointer, from expected: UInt64) -> WrongValue {
        let claim = claim(of: bytes)
        let claimedKey = Int(UInt32(truncatingIfNeeded: claim))
        if isValue(bytes, of: claim) {
            return isKey(claimedKey, of: expected)
                ? .neverWritten(version: UInt32(claim >> 32)) : .valueOfKey(claimedKey)
        }
        let key = Int(UInt32(truncatingIfNeeded: expected))
        return .corrupt(offset: zip(bytes, value(of: key, version: UInt32(expected >> 32))).prefix { $0 == $1 }.count)
    }
}
