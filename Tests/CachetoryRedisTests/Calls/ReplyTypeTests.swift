import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// Every type of reply, as a real server sends it: `DEBUG PROTOCOL`.
@Suite(.timeLimit(.minutes(5))) struct ReplyTypeTests {
    private static let digits = "1234567999999999999999999999999999999"
    private static let text = "This is a verbatim\nstring"

    private static let inBoth: [(String, RESPReply)] = [
        ("string", .bulk("Hello World")), ("integer", .integer(12345)), ("null", .null),
        ("array", .array([.integer(0), .integer(1), .integer(2)])),
        ("attrib", .bulk("Some real reply following the attribute")),
    ]

    private static let inRESP2: [(String, RESPReply)] = [
        ("set", .array([.integer(0), .integer(1), .integer(2)])),
        ("map", .array([.integer(0), .integer(0), .integer(1), .integer(1), .integer(2), .integer(0)])),
        ("verbatim", .bulk(text)), ("true", .integer(1)), ("false", .integer(0)), ("bignum", .bulk(digits)),
    ]

    private static let inRESP3: [(String, RESPReply)] = [
        ("set", .set([.integer(0), .integer(1), .integer(2)])),
        (
            "map",
            .map([
                RESPPair(key: .integer(0), value: .boolean(false)), RESPPair(key: .integer(1), value: .boolean(true)),
                RESPPair(key: .integer(2), value: .boolean(false)),
            ])
        ),
        ("push", .bulk("Some real reply following the push reply")),
        ("verbatim", .verbatimString(format: "txt", Data(text.utf8))), ("true", .boolean(true)),
        ("false", .boolean(false)), ("bignum", .bigNumber(digits)),
    ]

    @Test(arguments: CallSetting.all)
    func `every type of reply is understood`(setting: CallSetting) async throws {
        let table = Self.inBoth + (setting.version == .resp2 ? Self.inRESP2 : Self.inRESP3)
        let (pool, _) = try await setting.open()
        for (type, expected) in table {
            #expect(try await pool.execute(["DEBUG", "PROTOCOL", .string(type)]) == expected, "\(type)")
        }
        let replies = try await pool.pipeline(table.map { ["DEBUG", "PROTOCOL", .string($0.0)] })
        #expect(replies == table.map(\.1))
    }

    /// Redis 6 sends another number, and all 17 digits of it where it is a text.
    @Test(arguments: CallSetting.all)
    func `a double is one in RESP3, and a text in RESP2`(setting: CallSetting) async throws {
        let expected = try await ServerVersion.current.major >= 7 ? 3.141 : 3.14159265359
        let (pool, _) = try await setting.open()
        switch try await pool.execute(["DEBUG", "PROTOCOL", "double"]) {
        case .double(let number): #expect(setting.version == .resp3 && number == expected)
        case .bulkString(let data):
            #expect(setting.version == .resp2 && Double(String(decoding: data, as: UTF8.self)) == expected)
        case let reply: Issue.record("\(reply)")
        }
    }
}
