import CachetoryRESP
import Foundation
import Testing

/// Bytes that a server may send, and the replies in them.
struct Fixture: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let replies: [RESPReply]

    init(_ text: String, _ replies: RESPReply...) {
        bytes = Array(text.utf8)
        self.replies = replies
    }

    var testDescription: String { String(decoding: bytes.prefix(60), as: UTF8.self).debugDescription }
}

extension RESPReply {
    static func bulk(_ text: String) -> RESPReply { .bulkString(Data(text.utf8)) }

    static func verbatim(_ format: String, _ text: String) -> RESPReply {
        .verbatimString(format: format, Data(text.utf8))
    }

    static func failure(_ code: String, _ message: String) -> RESPReply {
        .error(RESPServerError(code: code, message: message))
    }
}

extension RESPPair {
    init(_ key: RESPReply, _ value: RESPReply) { self.init(key: key, value: value) }
}

extension Fixture {
    static let all = singleLines + strings + aggregates + streams + attributes + sequences

    static let singleLines: [Fixture] = [
        Fixture("+OK\r\n", .simpleString("OK")),
        Fixture("+PONG\r\n", .simpleString("PONG")),
        Fixture("+\r\n", .simpleString("")),
        Fixture("+O\r\n", .simpleString("O")),
        Fixture("+OKAY\r\n", .simpleString("OKAY")),
        Fixture("+Straße nach Łódź 🚂\r\n", .simpleString("Straße nach Łódź 🚂")),
        Fixture(
            "+tabs\tand\u{0B}other\u{01} control characters\u{0C} are text\r\n",
            .simpleString("tabs\tand\u{0B}other\u{01} control characters\u{0C} are text")),
        Fixture("-ERR unknown command 'x'\r\n", .failure("ERR", "unknown command 'x'")),
        Fixture("-NOAUTH\r\n", .failure("NOAUTH", "")),
        Fixture("-MOVED 3999 127.0.0.1:6381\r\n", .failure("MOVED", "3999 127.0.0.1:6381")),
        Fixture("-\r\n", .failure("", "")),
        Fixture("- a\r\n", .failure("", "a")),
        Fixture(":0\r\n", .integer(0)),
        Fixture(":1\r\n", .integer(1)),
        Fixture(":-1\r\n", .integer(-1)),
        Fixture(":+7\r\n", .integer(7)),
        Fixture(":-0\r\n", .integer(0)),
        Fixture(":00000000000000000042\r\n", .integer(42)),
        Fixture(":999999999999999999\r\n", .integer(999_999_999_999_999_999)),
        Fixture(":9223372036854775807\r\n", .integer(.max)),
        Fixture(":-9223372036854775808\r\n", .integer(.min)),
        Fixture("_\r\n", .null),
        Fixture("#t\r\n", .boolean(true)),
        Fixture("#f\r\n", .boolean(false)),
        Fixture(",3.25\r\n", .double(3.25)),
        Fixture(",-0.1\r\n", .double(-0.1)),
        Fixture(",10\r\n", .double(10)),
        Fixture(",+10\r\n", .double(10)),
        Fixture(",.5\r\n", .double(0.5)),
        Fixture(",5.\r\n", .double(5)),
        Fixture(",1e3\r\n", .double(1000)),
        Fixture(",1.5E-7\r\n", .double(1.5e-7)),
        Fixture(",2.5e+300\r\n", .double(2.5e300)),
        Fixture(",1.7976931348623157e+308\r\n", .double(.greatestFiniteMagnitude)),
        Fixture(",5e-324\r\n", .double(.leastNonzeroMagnitude)),
        Fixture(",inf\r\n", .double(.infinity)),
        Fixture(",-inf\r\n", .double(-.infinity)),
        Fixture(
            "(3492890328409238509324850943850943825024385\r\n",
            .bigNumber("3492890328409238509324850943850943825024385")),
        Fixture("(-12\r\n", .bigNumber("-12")),
    ]

    static let strings: [Fixture] = [
        Fixture("$5\r\nhello\r\n", .bulk("hello")),
        Fixture("$0\r\n\r\n", .bulk("")),
        Fixture("$-1\r\n", .null),
        Fixture("$4\r\n\r\n\r\n\r\n", .bulk("\r\n\r\n")),
        Fixture("$00000000000000000003\r\nabc\r\n", .bulk("abc")),
        Fixture("$14\r\nfourteen bytes\r\n", .bulk("fourteen bytes")),
        Fixture("$15\r\n fifteen bytes \r\n", .bulk(" fifteen bytes ")),
        Fixture(
            "$100\r\n\(String(repeating: "0123456789", count: 10))\r\n",
            .bulk(String(repeating: "0123456789", count: 10))),
        Fixture("!21\r\nSYNTAX invalid syntax\r\n", .failure("SYNTAX", "invalid syntax")),
        Fixture("!12\r\nERR two\nline\r\n", .failure("ERR", "two\nline")),
        Fixture("!0\r\n\r\n", .failure("", "")),
        Fixture("=15\r\ntxt:Some string\r\n", .verbatim("txt", "Some string")),
        Fixture("=4\r\nmkd:\r\n", .verbatim("mkd", "")),
    ]

    static let aggregates: [Fixture] = [
        Fixture("*0\r\n", .array([])),
        Fixture("*-1\r\n", .null),
        Fixture("*3\r\n:1\r\n$1\r\na\r\n+b\r\n", .array([.integer(1), .bulk("a"), .simpleString("b")])),
        Fixture("*2\r\n$-1\r\n*-1\r\n", .array([.null, .null])),
        Fixture("*2\r\n*0\r\n*2\r\n*1\r\n:1\r\n_\r\n", .array([.array([]), .array([.array([.integer(1)]), .null])])),
        Fixture("*2\r\n-ERR inside\r\n:1\r\n", .array([.failure("ERR", "inside"), .integer(1)])),
        Fixture("~2\r\n#t\r\n#t\r\n", .set([.boolean(true), .boolean(true)])),
        Fixture("~0\r\n", .set([])),
        Fixture("%0\r\n", .map([])),
        Fixture(
            "%2\r\n+a\r\n:1\r\n+b\r\n:2\r\n",
            .map([RESPPair(.simpleString("a"), .integer(1)), RESPPair(.simpleString("b"), .integer(2))])),
        Fixture(
            "%1\r\n*1\r\n:1\r\n%1\r\n_\r\n,1\r\n",
            .map([RESPPair(.array([.integer(1)]), .map([RESPPair(.null, .double(1))]))])),
        Fixture(
            ">3\r\n+message\r\n+channel\r\n$2\r\nhi\r\n",
            .push([.simpleString("message"), .simpleString("channel"), .bulk("hi")])),
        Fixture(">0\r\n", .push([])),
        Fixture(">1\r\n*1\r\n:1\r\n", .push([.array([.integer(1)])])),
    ]

    static let streams: [Fixture] = [
        Fixture("$?\r\n;4\r\nHell\r\n;5\r\no wor\r\n;2\r\nld\r\n;0\r\n", .bulk("Hello world")),
        Fixture("$?\r\n;0\r\n", .bulk("")),
        Fixture("$?\r\n;20\r\nlonger than 14 bytes\r\n;0\r\n", .bulk("longer than 14 bytes")),
        Fixture("*?\r\n:1\r\n:2\r\n.\r\n", .array([.integer(1), .integer(2)])),
        Fixture("*?\r\n.\r\n", .array([])),
        Fixture("~?\r\n:1\r\n.\r\n", .set([.integer(1)])),
        Fixture("~?\r\n.\r\n", .set([])),
        Fixture("%?\r\n+a\r\n:1\r\n.\r\n", .map([RESPPair(.simpleString("a"), .integer(1))])),
        Fixture("%?\r\n.\r\n", .map([])),
        Fixture("*2\r\n*?\r\n$?\r\n;1\r\na\r\n;0\r\n.\r\n:2\r\n", .array([.array([.bulk("a")]), .integer(2)])),
        Fixture("*?\r\n*?\r\n.\r\n*0\r\n.\r\n", .array([.array([]), .array([])])),
    ]

    static let attributes: [Fixture] = [
        Fixture("|1\r\n+ttl\r\n:3600\r\n:5\r\n", .integer(5)),
        Fixture("|0\r\n:5\r\n", .integer(5)),
        Fixture("|1\r\n+a\r\n*2\r\n%1\r\n:1\r\n:2\r\n*?\r\n:9\r\n.\r\n$1\r\nv\r\n", .bulk("v")),
        Fixture("|1\r\n+a\r\n|1\r\n+b\r\n:1\r\n:2\r\n_\r\n", .null),
        Fixture("|1\r\n+a\r\n:1\r\n|1\r\n+b\r\n:2\r\n+OK\r\n", .simpleString("OK")),
        Fixture("*3\r\n:1\r\n|1\r\n+ttl\r\n:3600\r\n:2\r\n:3\r\n", .array([.integer(1), .integer(2), .integer(3)])),
        Fixture(
            "%1\r\n|1\r\n+a\r\n:1\r\n+key\r\n|1\r\n+a\r\n:1\r\n:2\r\n",
            .map([RESPPair(.simpleString("key"), .integer(2))])),
        Fixture("|1\r\n+a\r\n$3\r\nabc\r\n>1\r\n+kind\r\n", .push([.simpleString("kind")])),
    ]

    static let sequences: [Fixture] = [
        Fixture("+OK\r\n+a\r\n+b\r\n", .simpleString("OK"), .simpleString("a"), .simpleString("b")),
        Fixture("+a\r\n-b\r\n,1\r\n(1\r\n", .simpleString("a"), .failure("b", ""), .double(1), .bigNumber("1")),
        Fixture("+OK\r\n$1\r\na\r\n:1\r\n", .simpleString("OK"), .bulk("a"), .integer(1)),
        Fixture(
            "*1\r\n:1\r\n>1\r\n+kind\r\n_\r\n*0\r\n",
            .array([.integer(1)]), .push([.simpleString("kind")]), .null, .array([])),
        Fixture("$?\r\n;1\r\na\r\n;0\r\n$?\r\n;1\r\nb\r\n;0\r\n", .bulk("a"), .bulk("b")),
        Fixture(""),
    ]
}
