import CachetoryRESP
import CachetoryRedis
import Foundation
import Testing

@testable import Cachetory

/// What the operations send. What comes of it is for the conformance suites.
@Suite struct RedisOperationsTests {
    private static let value = Data("value".utf8)

    @Test func `one key`() throws {
        expect(RedisOperations.get("k"), is: .reading("GET", "k"))
        expect(RedisOperations.delete("k"), is: ["UNLINK", "k"])
        expect(try RedisOperations.expire("k", in: .seconds(2)), is: ["PEXPIRE", "k", 2000])
        expect(try RedisOperations.expire("k", in: .zero), is: ["UNLINK", "k"])
        expect(
            try RedisOperations.expire("k", at: Date(timeIntervalSince1970: 4_000_000_000)),
            is: ["PEXPIREAT", "k", 4_000_000_000_000])
        let persist: [RESPCommand] = [["PERSIST", "k"], ["EXISTS", "k"]]
        expect(try RedisOperations.expire("k", in: nil), is: Request(transaction: persist))
        expect(try RedisOperations.expire("k", at: nil), is: Request(transaction: persist))
    }

    @Test func `what is left to a key`() throws {
        expect(RedisOperations.timeToLive(of: "k"), is: .reading("PTTL", "k"))
        expect(RedisOperations.exists("k"), is: .reading("EXISTS", "k"))
        expect(
            RedisOperations.getWithTimeToLive("k"), is: Request(.reading("PTTL", "k"), [.reading("GET", "k")]))
        expect(RedisOperations.getAndDelete("k"), is: ["GETDEL", "k"])
        expect(
            RedisOperations.getAndDeleteInTransaction("k"),
            is: Request(transaction: [["GET", "k"], ["UNLINK", "k"]]))
    }

    @Test(
        arguments: [
            (nil, ["GETEX", "k", "PERSIST"], [["GET", "k"], ["PERSIST", "k"]]),
            (.seconds(2), ["GETEX", "k", "PX", 2000], [["GET", "k"], ["PEXPIRE", "k", 2000]]),
            (.nanoseconds(1), ["GETEX", "k", "PX", 1], [["GET", "k"], ["PEXPIRE", "k", 1]]),
            (.zero, ["GETDEL", "k"], [["GET", "k"], ["UNLINK", "k"]]),
            (.seconds(-1), ["GETDEL", "k"], [["GET", "k"], ["UNLINK", "k"]]),
        ] as [(Duration?, RESPCommand, [RESPCommand])])
    func `a touch`(_ time: Duration?, _ command: RESPCommand, _ transaction: [RESPCommand]) throws {
        expect(try RedisOperations.touch("k", timeToLive: time), is: command)
        expect(
            try RedisOperations.touchInTransaction("k", timeToLive: time), is: Request(transaction: transaction))
    }

    @Test func `what is left to many keys`() {
        expect(
            RedisRemainingLookup(of: ["a", "b"], oneByOne: false).request,
            is: Request(.reading("PTTL", "a"), [.reading("PTTL", "b"), .reading("MGET", "a", "b")]))
        expect(
            RedisRemainingLookup(of: ["a", "b"], oneByOne: true).request,
            is: Request(
                .reading("PTTL", "a"), [.reading("GET", "a"), .reading("PTTL", "b"), .reading("GET", "b")]))
    }

    @Test func `all keys`() {
        expect(RedisOperations.clear, is: ["FLUSHDB", "ASYNC"])
        expect(RedisOperations.clearAtOnce, is: ["FLUSHDB"])
    }

    @Test func `several keys`() {
        expect(RedisOperations.getMany(["a", "b", "a"]), is: .reading("MGET", "a", "b", "a"))
        expect(RedisOperations.deleteMany(["a", "b"]), is: ["UNLINK", "a", "b"])
    }

    @Test(
        arguments: [
            (nil, false, ["SET", "k", .bytes(value)]), (nil, true, ["SET", "k", .bytes(value), "NX"]),
            (.seconds(60), false, ["SET", "k", .bytes(value), "PX", 60_000]),
            (.nanoseconds(1), true, ["SET", "k", .bytes(value), "PX", 1, "NX"]),
            (.zero, false, ["UNLINK", "k"]), (.seconds(-1), true, .reading("EXISTS", "k")),
        ] as [(Duration?, Bool, RESPCommand)])
    func `a value`(_ time: Duration?, _ ifNotExists: Bool, _ command: RESPCommand) throws {
        expect(
            try RedisOperations.set("k", to: Self.value, timeToLive: time, ifNotExists: ifNotExists), is: command)
    }

    @Test func `several values`() throws {
        let items = [("a", Self.value), ("b", Data())]
        expect(
            try RedisOperations.setMany(items, timeToLive: nil),
            is: ["MSET", "a", .bytes(Self.value), "b", .bytes(Data())])
        expect(
            try RedisOperations.setMany(items, timeToLive: .seconds(60)),
            is: Request(
                transaction: [
                    ["SET", "a", .bytes(Self.value), "PX", 60_000], ["SET", "b", .bytes(Data()), "PX", 60_000],
                ]))
        expect(try RedisOperations.setMany(items, timeToLive: .zero), is: ["UNLINK", "a", "b"])
    }

    // MARK: - What the replies mean

    private static let ok = RESPReply.simpleString("OK")
    private static let queued = RESPReply.simpleString("QUEUED")
    private static let noPermission = RESPServerError(code: "NOPERM", message: "")

    @Test(arguments: ["QUEUED", "ok", "FINE", ""])
    func `only OK is OK`(text: String) {
        let reply = RESPReply.simpleString(text)
        let transaction = RESPReply.array([Self.ok, Self.queued, Self.queued, .array([Self.ok, reply])])
        #expect(throws: RedisCallError.unexpectedReply(command: "SET", reply: "+\(text)")) {
            try RedisOperations.wasSet(reply, ifNotExists: false)
        }
        #expect(throws: RedisCallError.unexpectedReply(command: "MSET", reply: "+\(text)")) {
            try RedisOperations.checkAllSet(reply)
        }
        #expect(throws: RedisCallError.unexpectedReply(command: "SET", reply: "+\(text)")) {
            try RedisOperations.checkAllSet(transaction)
        }
        #expect(throws: RedisCallError.self) { try RedisOperations.checkDone(reply) }
        #expect(throws: RedisCallError.self) { try RedisOperations.value(reply) }
        #expect(throws: RedisCallError.self) { try RedisOperations.count(reply) }
    }

    @Test func `OK is OK`() throws {
        #expect(try RedisOperations.wasSet(Self.ok, ifNotExists: true))
        try RedisOperations.checkAllSet(Self.ok)
        try RedisOperations.checkAllSet(.array([Self.ok, Self.queued, .array([Self.ok])]))
        try RedisOperations.checkDone(Self.ok)
    }

    @Test func `in a transaction each reply counts`() throws {
        func replies(_ persisted: RESPReply, _ exists: RESPReply) -> RESPReply {
            .array([Self.ok, Self.queued, Self.queued, .array([persisted, exists])])
        }
        #expect(try RedisOperations.count(replies(.integer(0), .integer(1))) == 1)
        #expect(throws: RedisCallError.server(Self.noPermission)) {
            try RedisOperations.count(replies(.error(Self.noPermission), .integer(1)))
        }
        #expect(throws: RedisCallError.server(Self.noPermission)) {
            try RedisOperations.checkAllSet(replies(Self.ok, .error(Self.noPermission)))
        }
    }

    @Test func `PTTL tells what is left`() throws {
        #expect(try RedisOperations.remaining(.integer(-2)) == nil)
        #expect(try RedisOperations.remaining(.integer(-1)) == .forever)
        #expect(try RedisOperations.remaining(.integer(0)) == .after(.zero))
        #expect(try RedisOperations.remaining(.integer(1500)) == .after(.milliseconds(1500)))
        #expect(throws: RedisCallError.server(Self.noPermission)) {
            try RedisOperations.remaining(.error(Self.noPermission))
        }
        for reply in [RESPReply.integer(-3), .null, Self.ok] {
            #expect(throws: RedisCallError.unexpectedReply(command: "PTTL", reply: reply.summary)) {
                try RedisOperations.remaining(reply)
            }
        }
    }

    @Test(
        arguments: [
            ("ERR", "unknown command 'GETDEL'", true), ("ERR", "unknown command `GETDEL`", true),
            ("ERR", "Unknown or disabled command 'GETDEL'", true), ("ERR", "syntax error", false),
            ("WRONGTYPE", "unknown command", false), ("NOPERM", "no permissions", false),
        ])
    func `an old server is known by its error`(code: String, message: String, isOld: Bool) {
        #expect(RedisOperations.isUnknownCommand(.error(RESPServerError(code: code, message: message))) == isOld)
    }

    @Test func `a changed value is that of the command or of the transaction`() throws {
        func replies(_ value: RESPReply, _ change: RESPReply) -> RESPReply {
            .array([Self.ok, Self.queued, Self.queued, .array([value, change])])
        }
        #expect(try RedisOperations.changedValue(.null) == nil)
        #expect(try RedisOperations.changedValue(.bulkString(Self.value)) == Self.value)
        #expect(try RedisOperations.changedValue(replies(.null, .integer(0))) == nil)
        #expect(try RedisOperations.changedValue(replies(.bulkString(Self.value), .integer(1))) == Self.value)
        for reply in [
            RESPReply.error(Self.noPermission), replies(.error(Self.noPermission), .integer(1)),
            replies(.bulkString(Self.value), .error(Self.noPermission)),
        ] {
            #expect(throws: RedisCallError.server(Self.noPermission)) { try RedisOperations.changedValue(reply) }
        }
        #expect(throws: RedisCallError.self) { try RedisOperations.changedValue(Self.ok) }
    }

    @Test func `a value without a time to live was set just then`() throws {
        let value = RESPReply.bulkString(Self.value)
        #expect(try RedisOperations.foundValue(.array([.integer(-2), .null])) == nil)
        #expect(try RedisOperations.foundValue(.array([.integer(5), .null])) == nil)
        let found = try #require(try RedisOperations.foundValue(.array([.integer(5), value])))
        #expect(found.timeToLive == .after(.milliseconds(5)))
        let early = try #require(try RedisOperations.foundValue(.array([.integer(-2), value])))
        #expect(early.timeToLive == nil)
        #expect(early.reportedTimeToLive == .after(.milliseconds(1)))
        for reply in [.array([.integer(5)]), value, .array([value, value])] as [RESPReply] {
            #expect(throws: RedisCallError.self) { try RedisOperations.foundValue(reply) }
        }
    }

    @Test(arguments: [false, true])
    func `keys that were set meanwhile are asked for once more`(oneByOne: Bool) throws {
        let value = RESPReply.bulkString(Self.value)
        func reply(_ pairs: [(Int64, RESPReply)]) -> RESPReply {
            if oneByOne { return .array(pairs.flatMap { [RESPReply.integer($0.0), $0.1] }) }
            return .array(pairs.map { RESPReply.integer($0.0) } + [RESPReply.array(pairs.map { $0.1 })])
        }
        var lookup = RedisRemainingLookup(of: ["a", "b", "c", "d"], oneByOne: oneByOne)
        try lookup.add(reply([(-1, value), (-2, value), (-2, .null), (-2, value)]))
        #expect(!lookup.isDone)
        expect(lookup.request, is: RedisRemainingLookup(of: ["b", "d"], oneByOne: oneByOne).request)
        try lookup.add(reply([(7, value), (-2, value)]))
        #expect(lookup.isDone)
        #expect(lookup.answer.map(\.key) == ["a", "b", "d"])
        #expect(lookup.answer.map(\.timeToLive) == [.forever, .after(.milliseconds(7)), .after(.milliseconds(1))])
    }

    @Test(arguments: [false, true])
    func `errors about many keys are thrown`(oneByOne: Bool) throws {
        let refused = RESPReply.error(Self.noPermission)
        var lookup = RedisRemainingLookup(of: ["a"], oneByOne: oneByOne)
        for reply in [.array([refused, refused]), .array([.integer(1), refused])] as [RESPReply] {
            #expect(throws: RedisCallError.server(Self.noPermission)) { try lookup.add(reply) }
        }
        #expect(throws: RedisCallError.self) { try lookup.add(.array([.integer(1)])) }
        #expect(throws: RedisCallError.self) { try lookup.add(.null) }
    }

    /// `MGET` has no value for them, and `GET` an error.
    @Test func `a key of another type has no value among many`() throws {
        let error = RESPReply.error(RESPServerError(code: "WRONGTYPE", message: ""))
        var lookup = RedisRemainingLookup(of: ["list"], oneByOne: true)
        try lookup.add(.array([.integer(-1), error]))
        #expect(lookup.isDone)
        #expect(lookup.answer.isEmpty)
    }

    private func expect(
        _ request: Request, is command: RESPCommand, location: SourceLocation = #_sourceLocation
    ) {
        expect(request, is: Request(command), location: location)
    }

    private func expect(
        _ request: Request, is expected: Request, location: SourceLocation = #_sourceLocation
    ) {
        #expect(request.text == expected.text, sourceLocation: location)
        #expect(request.isReadOnly == expected.isReadOnly, sourceLocation: location)
        #expect(request.replyCount == expected.replyCount, sourceLocation: location)
    }
}

extension Request {
    fileprivate var text: String {
        var buffer = OutgoingBytes()
        encode(into: &buffer)
        return buffer.copied.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}
