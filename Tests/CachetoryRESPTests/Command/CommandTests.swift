import CachetoryRESP
import CachetoryTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct CommandTests {
    static let commands: [([RESPArgument], String)] = [
        (["PING"], "*1\r\n$4\r\nPING\r\n"),
        (["GET", "key"], "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n"),
        (["GET", ""], "*2\r\n$3\r\nGET\r\n$0\r\n\r\n"),
        (
            ["SET", "key", .bytes(Data("value".utf8)), "PX", 60_000],
            "*5\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n$2\r\nPX\r\n$5\r\n60000\r\n"
        ),
        (["ECHO", .bytes(Data())], "*2\r\n$4\r\nECHO\r\n$0\r\n\r\n"),
        (["ECHO", "a\r\nb\u{0}"], "*2\r\n$4\r\nECHO\r\n$5\r\na\r\nb\u{0}\r\n"),
        (["ECHO", "Łódź 🚂"], "*2\r\n$4\r\nECHO\r\n$12\r\nŁódź 🚂\r\n"),
        (["X", 0], "*2\r\n$1\r\nX\r\n$1\r\n0\r\n"),
        (["X", 9, 10, -1, -10], "*5\r\n$1\r\nX\r\n$1\r\n9\r\n$2\r\n10\r\n$2\r\n-1\r\n$3\r\n-10\r\n"),
        (["X", .integer(.max)], "*2\r\n$1\r\nX\r\n$19\r\n9223372036854775807\r\n"),
        (["X", .integer(.min)], "*2\r\n$1\r\nX\r\n$20\r\n-9223372036854775808\r\n"),
        ([], "*0\r\n"),
    ]

    @Test(arguments: commands.map { ($0, Input($1)) })
    func `a command is an array of bulk strings`(_ arguments: [RESPArgument], _ input: Input) {
        var buffer = ByteBuffer()
        buffer.appendCommand(arguments)
        #expect(buffer.contents == Array(input.text.utf8))
    }

    @Test func `commands stand behind what is there`() {
        var buffer = ByteBuffer()
        buffer.append("before")
        buffer.appendCommand(["A"])
        buffer.appendCommand(["B"])
        #expect(buffer.contents == Array("before*1\r\n$1\r\nA\r\n*1\r\n$1\r\nB\r\n".utf8))
    }

    @Test(arguments: [1, 9, 10, 15, 16, 99, 100, 999, 1_000, 9_999, 10_000, 99_999, 100_000, 1_000_000])
    func `lengths of every number of digits are written`(_ count: Int) throws {
        let text = repeated("x", count)
        try expectRoundTrip(["SET", .string(text), .bytes(Data(text.utf8))])
    }

    @Test(arguments: [9, 10, 99, 100, 99_999, 100_000])
    func `counts of every number of digits are written`(_ count: Int) throws {
        try expectRoundTrip(Array(repeating: 7, count: count))
    }

    @Test func `numbers around every power of ten are written`() throws {
        let powers = sequence(first: 1) { $0.multipliedReportingOverflow(by: 10).overflow ? nil : $0 * 10 }
        try expectRoundTrip(powers.flatMap { [.integer($0 - 1), .integer($0), .integer(-$0), .integer(1 - $0)] })
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `random commands are read back as they were written`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let count = Int.random(in: 1...12, using: &random)
            try expectRoundTrip((0..<count).map { _ in RESPArgument.random(using: &random) })
        }
    }

    /// Writes a command at an odd place of a buffer and reads it with the parser.
    private func expectRoundTrip(_ arguments: [RESPArgument]) throws {
        var buffer = ByteBuffer()
        buffer.append("+OK\r\n")
        buffer.appendCommand(arguments)
        let outcome = Outcome(of: [buffer.contents])
        #expect(outcome == Outcome(replies: [.simpleString("OK"), .array(arguments.map { .bulkString($0.data) })]))
    }
}

extension RESPArgument {
    fileprivate var data: Data {
        switch self {
        case .string(let text): Data(text.utf8)
        case .bytes(let data): data
        case .integer(let number): Data(String(number).utf8)
        }
    }

    fileprivate static func random(using random: inout SeededGenerator) -> RESPArgument {
        let count = Int.random(in: 0...40, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            return .string(
                String(
                    (0..<count).map { _ in ["a", "é", "🚂", "\r\n", "\0"].randomElement(using: &random) ?? "b" }.joined()
                ))
        case 1: return .bytes(Data((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }))
        case 2:
            // A slice, whose indices do not begin at zero.
            return .bytes(Data((0..<count).map { UInt8($0) }).dropFirst(count / 3))
        default: return .integer(Int.random(in: .min ... .max, using: &random) >> (count + 20))
        }
    }
}
