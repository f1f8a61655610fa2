import CachetoryRESP
import Foundation
import Testing

@Suite struct RESPValueAccessorsTests {
    private static func bulk(_ text: String) -> RESPReply { .bulkString(Data(text.utf8)) }

    private static let others: [RESPReply] = [
        .null, .error(RESPServerError(code: "ERR", message: "1")), .map([RESPPair(key: .integer(1), value: .null)]),
        .double(1), .boolean(true), .bigNumber("1"), .push([.integer(1)]),
    ]

    @Test func `a string is text`() {
        #expect(Self.bulk("caf\u{e9}").string == "caf\u{e9}")
        #expect(Self.bulk("").string == "")
        #expect(RESPReply.verbatimString(format: "txt", Data("v".utf8)).string == "v")
        #expect(RESPReply.simpleString("OK").string == "OK")
        #expect(RESPReply.bulkString(Data([0xff])).string == nil)
        for value in Self.others + [.integer(1), .array([])] { #expect(value.string == nil, "\(value)") }
    }

    @Test func `data is what a string is made of`() {
        #expect(RESPReply.bulkString(Data([0xff, 0])).data == Data([0xff, 0]))
        #expect(RESPReply.verbatimString(format: "txt", Data("v".utf8)).data == Data("v".utf8))
        for value in Self.others + [.integer(1), .simpleString("OK"), .array([])] {
            #expect(value.data == nil, "\(value)")
        }
    }

    @Test func `an integer may have come as text`() {
        #expect(RESPReply.integer(-7).integer == -7)
        #expect(RESPReply.integer(.max).integer == .max)
        #expect(Self.bulk("42").integer == 42)
        #expect(Self.bulk("-9223372036854775808").integer == .min)
        for text in ["", "9223372036854775808", "1.0", " 1", "one"] {
            #expect(Self.bulk(text).integer == nil, "\(text)")
        }
        for value in Self.others + [.array([.integer(1)])] { #expect(value.integer == nil, "\(value)") }
    }

    @Test func `an array may be a set`() {
        #expect(RESPReply.array([.integer(1), .null]).array == [.integer(1), .null])
        #expect(RESPReply.set([.integer(2)]).array == [.integer(2)])
        for value in Self.others + [.integer(1), .simpleString("OK")] { #expect(value.array == nil, "\(value)") }
    }
}
