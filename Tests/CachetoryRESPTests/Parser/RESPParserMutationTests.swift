import CachetoryRESP
import CachetoryTestSupport
import Testing

/// Valid replies with random damage: whatever comes of them, it must not depend on how they were cut.
@Suite(.timeLimit(.minutes(2))) struct RESPParserMutationTests {
    static let small: RESPLimits = {
        var limits = RESPLimits()
        limits.depth = 3
        limits.bulkBytes = 40
        limits.elements = 6
        limits.lineBytes = 24
        limits.largeStringBytes = 4
        return limits
    }()

    @Test(arguments: [RESPLimits.default, small], 0..<8)
    func `damaged replies have one outcome`(_ limits: RESPLimits, _ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<1_000 {
            let bytes = Self.damagedReplies(&random)
            let whole = Outcome(of: [bytes], limits: limits)
            let text = String(decoding: bytes, as: UTF8.self).debugDescription
            #expect(Outcome(of: bytes, inPiecesOf: 1, limits: limits) == whole, "\(text)")
            #expect(Outcome(of: Self.cut(bytes, &random), limits: limits) == whole, "\(text)")
            let minimum = Int.random(in: 1...16, using: &random)
            #expect(Outcome(receiving: bytes, minimum: minimum, limits: limits) == whole, "\(text)")
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `random bytes have one outcome`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("+-:$*_#,(!=~%>|;.?0123456789-\r\n\r\n\r\nabt".utf8)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 1...40, using: &random)).map { _ in
                alphabet[Int.random(in: alphabet.indices, using: &random)]
            }
            #expect(Outcome(of: bytes, inPiecesOf: 1) == Outcome(of: [bytes]))
        }
    }

    /// Some fixtures in a row, with bytes changed, added, removed and repeated.
    private static func damagedReplies(_ random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            bytes += Fixture.all[Int.random(in: Fixture.all.indices, using: &random)].bytes
        }
        for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
            let offset = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[offset] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[offset] = bytes[Int.random(in: bytes.indices, using: &random)]
            case 2: bytes.remove(at: offset)
            case 3: bytes.insert(UInt8(ascii: "0") + UInt8.random(in: 0...9, using: &random), at: offset)
            default: bytes.insert(contentsOf: bytes[offset...].prefix(12), at: offset)
            }
        }
        return bytes
    }

    private static func cut(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            pieces.append(rest.prefix(Int.random(in: 1...20, using: &random)))
            rest = rest.dropFirst(pieces.last?.count ?? 0)
        }
        return pieces
    }
}
