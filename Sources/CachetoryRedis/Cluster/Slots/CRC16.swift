/// The checksum that Redis Cluster takes for keys: CRC16/XMODEM, of the polynomial x¹⁶ + x¹² + x⁵ + 1, beginning with zero.
enum CRC16 {
    /// Four bytes a step, with a table for each of them (slicing-by-four).
    static func checksum(of bytes: UnsafeRawBufferPointer) -> UInt16 {
        let tables = tables
        var sum: UInt16 = 0
        var position = 0
        while position &+ 3 < bytes.count {
            let word = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
            // The sum belongs to the first two of them.
            let mixed = word ^ UInt32(sum.byteSwapped)
            sum =
                tables[768 | Int(mixed & 0xFF)] ^ tables[512 | Int(mixed >> 8 & 0xFF)]
                ^ tables[256 | Int(mixed >> 16 & 0xFF)] ^ tables[Int(mixed >> 24)]
            position &+= 4
        }
        while position < bytes.count {
            sum = sum << 8 ^ tables[Int(UInt8(truncatingIfNeeded: sum >> 8) ^ bytes[position])]
            position &+= 1
        }
        return sum
    }

    /// For each byte what it adds to the sum as the last one; behind these 256, as the last but one, and so on.
    ///
    /// Never written to after it was made, and never freed. An array would be retained for each key.
    private nonisolated(unsafe) static let tables: UnsafePointer<UInt16> = {
        let tables = UnsafeMutablePointer<UInt16>.allocate(capacity: 4 * 256)
        for byte in 0..<256 {
            var sum = UInt16(byte) << 8
            for _ in 0..<8 { sum = sum & 0x8000 == 0 ? sum << 1 : sum << 1 ^ 0x1021 }
            tables[byte] = sum
        }
        for index in 256..<4 * 256 {
            let sum = tables[index - 256]
            tables[index] = sum << 8 ^ tables[Int(sum >> 8)]
        }
        return UnsafePointer(tables)
    }()
}
