import CachetoryRESP
import CachetoryTestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct DecimalNotationTests {
    @Test(arguments: [
        "0", "-0", "1", "0.1", "-0.1", "3.14159", "123456789", "9007199254740992", "9007199254740993", "1e22", "1e23",
        "1e-22", "1e-23", "0.30000000000000004", "2.2250738585072014e-308", "1.7976931348623157e308",
        "179769313486231580000000000000000000000", "1e400", "-1e400", "1e-400", "1e99999999999999999999",
        "18446744073709551615", "18446744073709551616", "00000000000000000000000001.5", "1.50000000000000000000000000",
    ])
    func `a number is the nearest double`(_ text: String) throws {
        let expected = try #require(Double(text))
        let reply = Outcome(of: ",\(text)\r\n").replies.first
        guard case .double(let number)? = reply else {
            Issue.record("\(String(describing: reply))")
            return
        }
        #expect(number.bitPattern == expected.bitPattern)
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `doubles are read as they were printed`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let numbers = (0..<2_000).map { index -> Double in
            switch index % 4 {
            case 0: Double(bitPattern: UInt64.random(in: 0...Double.greatestFiniteMagnitude.bitPattern, using: &random))
            case 1: Double(Int.random(in: -1_000_000...1_000_000, using: &random)) / 1_000
            case 2: Double.random(in: -1...1, using: &random)
            default: Double(Int.random(in: .min ... .max, using: &random))
            }
        }
        let text = numbers.map { ",\($0)\r\n" }.joined()
        #expect(Outcome(of: text) == Outcome(replies: numbers.map { .double($0) }))
    }

    @Test(arguments: ["nan", "-nan"])
    func `no number is one too`(_ text: String) {
        guard case .double(let number)? = Outcome(of: ",\(text)\r\n").replies.first else {
            Issue.record("not a double")
            return
        }
        #expect(number.isNaN)
    }
}
