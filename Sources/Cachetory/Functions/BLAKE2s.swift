/// The hash function BLAKE2s with 32 bytes of output and no key: RFC 7693.
///
/// For keys of fixed length: collisions cannot be made on purpose, and it is fast on any processor.
struct BLAKE2s {
    private static let blockSize = 64
    private static let rounds = 10

    private static let initial: [UInt32] = [
        0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
    ]

    /// In which order each round takes the words of a block.
    private static let schedule: [[Int]] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
    ]

    private var state: [UInt32]

    /// The hash of bytes, 32 of them.
    static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var hash = BLAKE2s()
        var start = 0
        while bytes.count - start > blockSize {
            hash.compress(bytes[start..<start + blockSize], end: start + blockSize, isLast: false)
            start += blockSize
        }
        // The last block is there even if it is empty.
        hash.compress(bytes[start...], end: bytes.count, isLast: true)
        return hash.state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    }

    /// The hash of a text's UTF-8 bytes, as 64 hexadecimal digits.
    static func hexadecimal(_ text: String) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let bytes = hash(Array(text.utf8)).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: bytes, as: UTF8.self)
    }

    private init() {
        state = Self.initial
        // The length of the output, no key, and no tree: a fanout and a depth of one.
        state[0] ^= 0x0101_0000 ^ 32
    }

    /// - Parameter end: how many bytes there were up to the end of this block.
    private mutating func compress(_ block: ArraySlice<UInt8>, end: Int, isLast: Bool) {
        var words = [UInt32](repeating: 0, count: 16)
        for (position, byte) in block.enumerated() {
            words[position / 4] |= UInt32(byte) << (8 * UInt32(position % 4))
        }
        var v = state + Self.initial
        v[12] ^= UInt32(truncatingIfNeeded: end)
        v[13] ^= UInt32(truncatingIfNeeded: UInt64(end) >> 32)
        if isLast { v[14] = ~v[14] }
        for round in 0..<Self.rounds {
            let order = Self.schedule[round]
            for column in 0..<4 {
                Self.mix(
                    &v, column, 4 + column, 8 + column, 12 + column,
                    words[order[2 * column]], words[order[2 * column + 1]])
            }
            for diagonal in 0..<4 {
                Self.mix(
                    &v, diagonal, 4 + (diagonal + 1) % 4, 8 + (diagonal + 2) % 4, 12 + (diagonal + 3) % 4,
                    words[order[8 + 2 * diagonal]], words[order[9 + 2 * diagonal]])
            }
        }
        for position in 0..<8 { state[position] ^= v[position] ^ v[position + 8] }
    }

    private static func mix(_ v: inout [UInt32], _ a: Int, _ b: Int, _ c: Int, _ d: Int, _ x: UInt32, _ y: UInt32) {
        v[a] = v[a] &+ v[b] &+ x
        v[d] = rotate(v[d] ^ v[a], by: 16)
        v[c] = v[c] &+ v[d]
        v[b] = rotate(v[b] ^ v[c], by: 12)
        v[a] = v[a] &+ v[b] &+ y
        v[d] = rotate(v[d] ^ v[a], by: 8)
        v[c] = v[c] &+ v[d]
        v[b] = rotate(v[b] ^ v[c], by: 7)
    }

    private static func rotate(_ word: UInt32, by count: UInt32) -> UInt32 {
        word >> count | word << (32 - count)
    }
}
