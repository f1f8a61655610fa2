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
