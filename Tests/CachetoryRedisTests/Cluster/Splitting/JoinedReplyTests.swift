import CachetoryRESP
import CachetoryRedis
import Foundation
import Testing

@Suite struct JoinedReplyTests {
    private static let keys = ["{b}1", "{a}1", "{b}2", "{c}1", "{a}1", "{b}1"]
    private static let items = keys.map { ($0, Data()) }
    private static let ok = RESPReply.simpleString("OK")
    private static let queued = RESPReply.simpleString("QUEUED")

    private static func error(_ code: String) -> RESPReply { .error(RESPServerError(code: code, message: "why")) }

    private static func split(_ request: Request) throws -> RequestSplit {
        guard case .split(let split) = request.placement else { throw RedisCallError.emptyCommand }
        return split
    }

    @Test func `values are in the order of the keys, whatever part comes first`() throws {
        let split = try Self.split(Request("MGET", keys: Self.keys))
        var joined = JoinedReply(to: split)
        try joined.add(.array([.bulk("c1")]), toPart: 2)
        try joined.add(.array([.bulk("b1"), .null, .bulk("b1")]), toPart: 0)
        #expect(joined.partsDone == 2)
        try joined.add(.array([.bulk("a1"), .bulk("a1")]), toPart: 1)
        #expect(joined.partsDone == 3)
        #expect(joined.reply == .array([.bulk("b1"), .bulk("a1"), .null, .bulk("c1"), .bulk("a1"), .bulk("b1")]))
    }

    @Test func `asked key by key, a value of another type is none`() throws {
        let split = try Self.split(Request("MGET", keys: Self.keys))
        var joined = JoinedReply(to: split)
        try joined.add(.array([.bulk("b1"), Self.error("WRONGTYPE"), .bulk("b1")]), toPart: 0)
        #expect(joined.reply.array?[2] == .null)
        #expect(throws: RedisCallError.server(RESPServerError(code: "TRYAGAIN", message: "why"))) {
            try joined.add(.array([.bulk("a1"), Self.error("TRYAGAIN")]), toPart: 1)
        }
        #expect(joined.partsDone == 1)
    }

    @Test func `counts are added`() throws {
        var joined = JoinedReply(to: try Self.split(Request("UNLINK", keys: Self.keys)))
        try joined.add(.integer(2), toPart: 0)
        try joined.add(.array([.integer(1), .integer(0)]), toPart: 1)
        try joined.add(.integer(1), toPart: 2)
        #expect(joined.reply == .integer(4))
    }

    @Test func `no count is too large`() throws {
        var joined = JoinedReply(to: try Self.split(Request("EXISTS", keys: Self.keys)))
        for part in 0..<3 { try joined.add(.integer(.max), toPart: part) }
        #expect(joined.partsDone == 3)
    }

    @Test func `all is done when each part is`() throws {
        var joined = JoinedReply(to: try Self.split(Request(setAll: Self.items, milliseconds: nil)))
        for part in 0..<3 { try joined.add(Self.ok, toPart: part) }
        #expect(joined.reply == Self.ok)
        var timed = JoinedReply(to: try Self.split(Request(setAll: Self.items, milliseconds: 1)))
        try timed.add(.array([Self.ok, Self.queued, Self.queued, .array([Self.ok, Self.ok])]), toPart: 1)
        try timed.add(Self.ok, toPart: 2)
        #expect(throws: RedisCallError.server(RESPServerError(code: "OOM", message: "why"))) {
            try timed.add(
                .array([Self.ok, Self.error("OOM"), Self.queued, Self.queued, Self.error("EXECABORT")]), toPart: 0)
        }
        #expect(timed.partsDone == 2)
    }

    @Test(
        arguments: [
            .null, .integer(1), ok, .array([]), .array([.null]), .array([.null, .null, .null, .null]), .map([]),
            error("ERR"), .array([.null, .null, error("ERR")]),
        ] as [RESPReply])
    func `what is no reply to a part is an error`(reply: RESPReply) throws {
        var values = JoinedReply(to: try Self.split(Request("MGET", keys: Self.keys)))
        #expect(throws: RedisCallError.self) { try values.add(reply, toPart: 0) }
        #expect(values.partsDone == 0)
        if case .integer = reply { return }
        var count = JoinedReply(to: try Self.split(Request("UNLINK", keys: Self.keys)))
        #expect(throws: RedisCallError.self) { try count.add(reply, toPart: 0) }
        if reply == Self.ok { return }
        for milliseconds in [nil, 1] {
            var done = JoinedReply(to: try Self.split(Request(setAll: Self.items, milliseconds: milliseconds)))
            #expect(throws: RedisCallError.self) { try done.add(reply, toPart: 0) }
        }
    }
}
