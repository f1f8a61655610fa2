import CachetoryRESP
import CachetoryTestSupport
import Testing

/// Bytes that break the protocol, and what is said about them.
struct Violation: Sendable, CustomTestStringConvertible {
    let text: String
    let error: RESPError

    init(_ text: String, _ error: RESPError) {
        self.text = text
        self.error = error
    }

    /// An error about the text up to its first wrong byte.
    init(_ text: String, invalid line: String) { self.init(text, .invalidLine(line)) }

    var testDescription: String { text.debugDescription }
}

@Suite(.timeLimit(.minutes(5))) struct RESPParserErrorTests {
    @Test(arguments: Violation.all)
    func `a violation is the same error however it is cut`(_ violation: Violation) {
        let bytes = Array(violation.text.utf8)
        #expect(Outcome(of: [bytes]).error == violation.error)
        #expect(Outcome(of: bytes, inPiecesOf: 1).error == violation.error)
        for cut in bytes.indices {
            #expect(Outcome(of: [bytes[..<cut], bytes[cut...]]).error == violation.error, "cut at \(cut)")
        }
    }

    @Test(arguments: Violation.all)
    func `replies before a violation are delivered`(_ violation: Violation) {
        let outcome = Outcome(of: "+OK\r\n:1\r\n" + violation.text)
        #expect(outcome == Outcome(replies: [.simpleString("OK"), .integer(1)], error: violation.error))
    }

    @Test(arguments: Violation.all)
    func `after a violation nothing is understood any more`(_ violation: Violation) {
        var parser = RESPParser()
        parser.append(violation.text)
        #expect(parser.error == violation.error)
        parser.append("+OK\r\n")
        let received = parser.receive(minimum: 16) { room in
            room.copyBytes(from: "+OK\r\n".utf8)
            return 5
        }
        #expect(received == 5)
        #expect(parser.error == violation.error)
        let hasPartialValue = parser.hasPartialValue
        #expect(!hasPartialValue)
    }

    static let quotes: [(String, String)] = [
        ("a b", "a b"),
        ("'\\", "\\'\\\\"),
        ("\u{0}\u{1B}[31m", "\\x00\\x1B[31m"),
        ("é", "\\xC3\\xA9"),
    ]

    @Test(arguments: quotes.map { (Input($0), $1) })
    func `an error quotes in printable characters`(_ input: Input, _ quoted: String) {
        #expect(Outcome(of: "+" + input.text + "\n").error == .invalidLine("+" + quoted + "\\n"))
    }

    @Test func `an error quotes the end of a long line`() {
        #expect(Outcome(of: "+" + repeated("x", 1000) + "\n").error == .invalidLine("..." + repeated("x", 31) + "\\n"))
    }

    static let descriptions: [(RESPError, String)] = [
        (.unknownType(0), "a reply begins with the unknown type '\\x00'"),
        (.misplacedType(0x2E), "the type '.' may not stand here"),
        (.invalidLine(":x"), "invalid line ':x'"),
        (.missingLineEnd("ab"), "expected CR LF behind a string, found 'ab'"),
        (.invalidVerbatimFormat("tx"), "a verbatim string begins with 'tx', not with a format and a colon"),
        (.keyWithoutValue, "a streamed map ended between a key and its value"),
        (.limitExceeded(.depth, maximum: 64), "a reply has more than 64 aggregates inside each other"),
    ]

    @Test(arguments: descriptions)
    func `an error says what was wrong`(_ error: RESPError, _ description: String) {
        #expect(error.description == description)
    }
}

extension Violation {
    static let all = types + numbers + lengths + lines + strings + doubles + misplaced

    static let types: [Violation] = [
        Violation("x\r\n", .unknownType(UInt8(ascii: "x"))),
        Violation("\r\n", .unknownType(UInt8(ascii: "\r"))),
        Violation("\n", .unknownType(UInt8(ascii: "\n"))),
        Violation("\u{0}", .unknownType(0)),
        Violation("1\r\n", .unknownType(UInt8(ascii: "1"))),
        Violation("HTTP/1.1 400 Bad Request\r\n", .unknownType(UInt8(ascii: "H"))),
        Violation("*2\r\n:1\r\n?\r\n", .unknownType(UInt8(ascii: "?"))),
    ]

    static let numbers: [Violation] = [
        Violation(":12x4\r\n", invalid: ":12x"),
        Violation(":\r\n", invalid: ":\\r"),
        Violation(":-\r\n", invalid: ":-\\r"),
        Violation(":--1\r\n", invalid: ":--"),
        Violation(":+-1\r\n", invalid: ":+-"),
        Violation(": 1\r\n", invalid: ": "),
        Violation(":1 \r\n", invalid: ":1 "),
        Violation(":1.5\r\n", invalid: ":1."),
        Violation(":1\n", invalid: ":1\\n"),
        Violation(":1\rx", invalid: ":1\\rx"),
        Violation(":9223372036854775808\r\n", invalid: ":9223372036854775808\\r"),
        Violation(":-9223372036854775809\r\n", invalid: ":-9223372036854775809\\r"),
        Violation(":18446744073709551615\r\n", invalid: ":18446744073709551615\\r"),
        Violation(":18446744073709551616\r\n", invalid: ":18446744073709551616\\r"),
        Violation(":99999999999999999999\r\n", invalid: ":99999999999999999999\\r"),
        Violation(":000000000000000000001\r\n", .limitExceeded(.digits, maximum: 20)),
        Violation("$000000000000000000001\r\na\r\n", .limitExceeded(.digits, maximum: 20)),
        Violation("(\r\n", invalid: "("),
        Violation("(-\r\n", invalid: "(-"),
        Violation("(12a\r\n", invalid: "(12a"),
        Violation("(1.5\r\n", invalid: "(1.5"),
    ]

    static let lengths: [Violation] = [
        Violation("$-2\r\n", invalid: "$-2"),
        Violation("$-1x\r\n", invalid: "$-1x"),
        Violation("$-01\r\n", invalid: "$-0"),
        Violation("$-\r\n", invalid: "$-\\r"),
        Violation("$+5\r\n", invalid: "$+"),
        Violation("$\r\n", invalid: "$\\r"),
        Violation("$3\n", invalid: "$3\\n"),
        Violation("$3\rabc\r\n", invalid: "$3\\ra"),
        Violation("$??\r\n", invalid: "$??"),
        Violation("$99999999999999999999\r\n", invalid: "$99999999999999999999\\r"),
        Violation("=-1\r\n", invalid: "=-"),
        Violation("=?\r\n", invalid: "=?"),
        Violation("!-1\r\n", invalid: "!-"),
        Violation("!?\r\n", invalid: "!?"),
        Violation("*-2\r\n", invalid: "*-2"),
        Violation("*x\r\n", invalid: "*x"),
        Violation("~-1\r\n", invalid: "~-"),
        Violation("%-1\r\n", invalid: "%-"),
        Violation(">-1\r\n", invalid: ">-"),
        Violation(">?\r\n", invalid: ">?"),
        Violation("|-1\r\n", invalid: "|-"),
        Violation("|?\r\n", invalid: "|?"),
    ]

    static let lines: [Violation] = [
        Violation("+a\rb\r\n", invalid: "+a\\rb"),
        Violation("+a\nb\r\n", invalid: "+a\\n"),
        Violation("+a\n", invalid: "+a\\n"),
        Violation("+\r\r\n", invalid: "+\\r\\r"),
        Violation("-ERR\n", invalid: "-ERR\\n"),
        Violation("-ERR a long message\rwith a lone CR\r\n", invalid: "-ERR a long message\\rw"),
        Violation("#x\r\n", invalid: "#x"),
        Violation("#\r\n", invalid: "#\\r"),
        Violation("#tt\r\n", invalid: "#tt"),
        Violation("_x\r\n", invalid: "_x"),
        Violation("_\n", invalid: "_\\n"),
    ]

    static let strings: [Violation] = [
        Violation("$3\r\nabcd\r\n", .missingLineEnd("d\\r")),
        Violation("$3\r\nabc\n\n", .missingLineEnd("\\n\\n")),
        Violation("$3\r\nabc\r\r", .missingLineEnd("\\r\\r")),
        Violation("$0\r\n+OK\r\n", .missingLineEnd("+O")),
        Violation("=3\r\ntxt\r\n", .invalidVerbatimFormat("txt")),
        Violation("=0\r\n\r\n", .invalidVerbatimFormat("")),
        Violation("=8\r\ntxt.abcd\r\n", .invalidVerbatimFormat("txt.")),
        Violation("$?\r\n;1\r\nab\r\n", .missingLineEnd("b\\r")),
        Violation("$?\r\n;-1\r\n", invalid: ";-"),
        Violation("$?\r\n;?\r\n", invalid: ";?"),
        Violation("$?\r\n;x\r\n", invalid: ";x"),
    ]

    static let doubles: [Violation] =
        ["", "abc", "1e", "1e+", "0x10", "1.2.3", " 1", "1 ", ".", "-", "e5", "--1", "1_0"].map {
            Violation(",\($0)\r\n", invalid: ",\($0)")
        }
        + ["infinity", "+inf", "INF", "NaN", "nan(0x1)", "-"].map { Violation(",\($0)\r\n", invalid: ",\($0)") }

    static let misplaced: [Violation] = [
        Violation(".\r\n", .misplacedType(UInt8(ascii: "."))),
        Violation("*1\r\n.\r\n", .misplacedType(UInt8(ascii: "."))),
        Violation("*?\r\n*1\r\n.\r\n", .misplacedType(UInt8(ascii: "."))),
        Violation("*?\r\n.x\r\n", invalid: ".x"),
        Violation(";0\r\n", .misplacedType(UInt8(ascii: ";"))),
        Violation("*?\r\n;1\r\na\r\n", .misplacedType(UInt8(ascii: ";"))),
        Violation("$?\r\n:1\r\n", .misplacedType(UInt8(ascii: ":"))),
        Violation("$?\r\n$1\r\n", .misplacedType(UInt8(ascii: "$"))),
        Violation("*1\r\n>1\r\n", .misplacedType(UInt8(ascii: ">"))),
        Violation("|1\r\n>0\r\n", .misplacedType(UInt8(ascii: ">"))),
        Violation("%?\r\n+key\r\n.\r\n", .keyWithoutValue),
    ]
}
