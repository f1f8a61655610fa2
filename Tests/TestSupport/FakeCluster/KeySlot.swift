/// The slot of a key, computed apart from the library, whose own answer is tested.
enum KeySlot {
    static let count = 16_384

    static func of(_ key: some Collection<UInt8>) -> Int {
        Int(checksum(tag(of: key))) % count
    }

    /// What stands between the first `{` and the first `}` behind it, unless that is nothing; otherwise all of the key.
    private static func tag<Key: Collection<UInt8>>(of key: Key) -> Key.SubSequence {
        guard let open = key.firstIndex(of: UInt8(ascii: "{")) else { return key[...] }
        let inside = key[key.index(after: open)...]
        guard let close = inside.firstIndex(of: UInt8(ascii: "}")), close > inside.startIndex else { return key[...] }
        return inside[..<close]
    }

    /// CRC-16/XMODEM.
    private static func checksum(_ bytes: some Sequence<UInt8>) -> UInt16 {
        bytes.reduce(0) { $0 << 8 ^ table[Int(UInt8(truncatingIfNeeded: $0 >> 8) ^ $1)] }
    }

    private static let table: [UInt16] = (0..<256).map { byte in
        (0..<8).reduce(UInt16(byte) << 8) { sum, _ in sum & 0x8000 == 0 ? sum << 1 : sum << 1 ^ 0x1021 }
    }
}
