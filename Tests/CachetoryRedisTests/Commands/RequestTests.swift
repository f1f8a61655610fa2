import CachetoryRESP
import CachetoryRedis
import Foundation
import Testing

@Suite struct RequestTests {
    @Test func `a transaction is wrapped into MULTI and EXEC`() {
        let request = Request(transaction: [["SET", "a", 1], ["SET", "b", 2]])
        #expect(request.bytes == Request(["MULTI"], [["SET", "a", 1], ["SET", "b", 2], ["EXEC"]]).bytes)
        #expect(request.replyCount == 4)
        #expect(!request.isReadOnly)
    }

    @Test func `it reads only if all its commands do`() {
        #expect(Request(.reading("GET", "a")).isReadOnly)
        #expect(Request(.reading("GET", "a"), [.reading("GET", "b")]).isReadOnly)
        #expect(!Request(.reading("GET", "a"), [["INCR", "b"]]).isReadOnly)
        #expect(!Request(["INCR", "b"], [.reading("GET", "a")]).isReadOnly)
    }

    private static let value = Data("value".utf8)
    private static let items = [("a", value), ("b", Data()), ("a", value.dropFirst(2))]
    private static let pairs: [RESPArgument] = items.flatMap { [.string($0.0), .bytes($0.1)] }

    @Test(
        arguments: [
            (Request("GET", key: "k", isReadOnly: true), Request(.reading("GET", "k"))),
            (Request("UNLINK", key: "k"), Request(["UNLINK", "k"])),
            (Request("MGET", keys: ["a", "", "b"], isReadOnly: true), Request(.reading("MGET", "a", "", "b"))),
            (Request("UNLINK", keys: ["a", "b"]), Request(["UNLINK", "a", "b"])),
            (
                Request(set: "k", to: value, milliseconds: nil, ifNotExists: false),
                Request(["SET", "k", .bytes(value)])
            ),
            (
                Request(set: "k", to: value, milliseconds: nil, ifNotExists: true),
                Request(["SET", "k", .bytes(value), "NX"])
            ),
            (
                Request(set: "k", to: value, milliseconds: 60_000, ifNotExists: false),
                Request(["SET", "k", .bytes(value), "PX", 60_000])
            ),
            (
                Request(set: "k", to: value, milliseconds: 1, ifNotExists: true),
                Request(["SET", "k", .bytes(value), "PX", 1, "NX"])
            ),
            (Request(setAll: items, milliseconds: nil), Request(RESPCommand(["MSET"] + pairs))),
            (
                Request(setAll: items, milliseconds: 60_000),
                Request(
                    transaction: items.map { ["SET", .string($0.0), .bytes($0.1), "PX", 60_000] })
            ),
        ])
    func `its forms say what a list of arguments would`(_ request: Request, _ general: Request) {
        #expect(request.bytes == general.bytes)
        #expect(request.replyCount == general.replyCount)
        #expect(request.isReadOnly == general.isReadOnly)
        // What is sent once more is the same.
        #expect(request.bytes == general.bytes)
    }

    @Test func `several of one command are one`() {
        let requests = [
            Request("MGET", keys: ["a", "b"], isReadOnly: true), Request("GET", key: "c", isReadOnly: true),
            Request(setAll: Self.items, milliseconds: nil), Request(["INCR", "d"]),
        ]
        let request = Request(together: requests)
        #expect(request.bytes == requests.flatMap(\.bytes))
        #expect(request.replyCount == 4)
        #expect(request.kind == .plain)
        #expect(!request.isReadOnly)
        #expect(Request(together: Array(requests.prefix(2))).isReadOnly)
        #expect(request.isServersOwn)
        #expect(!Request(together: [Request(["EVAL", "x", 0])]).isServersOwn)
        #expect(request.size == requests.reduce(0) { $0 + $1.size })
        #expect((0..<4).map { request.subject(of: $0).name } == ["MGET", "GET", "MSET", "INCR"])
        #expect((0..<4).map { request.subject(of: $0).key } == ["a", "c", "a", "d"])
    }

    @Test func `it is small, for every call keeps one`() {
        #expect(MemoryLayout<Request>.size <= 48)
    }
}

extension Request {
    fileprivate var bytes: [UInt8] {
        var buffer = OutgoingBytes()
        encode(into: &buffer)
        return buffer.copied.withUnsafeBytes { Array($0) }
    }
}
