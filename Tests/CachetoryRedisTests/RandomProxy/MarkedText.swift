import CachetoryTestSupport

/// A text that says what it is, and shows when it was changed: `name/number/filling/checksum`.
///
/// So whoever gets one that is not his own can tell another caller's from one that was damaged on its way.
struct MarkedText: Hashable {
    /// The key whose value it is, or the call whose echo.
    let name: String

    /// Which one of that name.
    let number: Int

    /// Of `a` to `z`, with so many bytes.
    let filling: Int

    var text: String {
        let body = "\(name)/\(number)/" + String(decoding: letters, as: UTF8.self)
        return "\(body)/\(Self.checksum(body))"
    }

    private var letters: [UInt8] {
        var generator = SeededGenerator(seed: UInt64(number))
        let round = (0..<64).map { _ in UInt8.random(in: UInt8(ascii: "a")...UInt8(ascii: "z"), using: &generator) }
        return (0..<filling).map { round[$0 % round.count] }
    }

    init(name: String, number: Int, filling: Int) {
        (self.name, self.number, self.filling) = (name, number, filling)
    }

    /// Nil for what was never written so.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, let number = Int(parts[1]) else { return nil }
        self.init(name: String(parts[0]), number: number, filling: parts[2].utf8.count)
        guard self.text == text else { return nil }
    }

    /// FNV-1a, by G. Fowler, L. C. Noll and K.-P. Vo (1991).
    private static func checksum(_ text: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }
}
