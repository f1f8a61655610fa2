import CachetoryRESP
import Foundation
import Testing

@testable import CachetoryRedis

@Suite struct ReplySizeMemoryTests {
    private static let large = RESPReply.bulkString(Data(count: 1_000_000))
    private static let mget = Request("MGET", keys: (0..<10).map { "k\($0)" })

    /// What is known after replies to a request, as they come: a large one was seen to be on its way.
    private func memory(after replies: RESPReply..., to request: Request) -> ReplySizeMemory {
        let memory = ReplySizeMemory()
        for reply in replies { note(reply, to: request, in: memory) }
        return memory
    }

    private func note(_ reply: RESPReply, to request: Request, in memory: ReplySizeMemory) {
        let isLarge = reply.contentSize >= ReplySizes.largeSize
        memory.note(reply, to: request, partialSize: isLarge ? ReplySizes.largeSize : 0)
    }

    @Test func `a command is the same, however it is written`() {
        let memory = memory(after: .array(Array(repeating: Self.large, count: 10)), to: Self.mget)
        #expect(memory.expectsLargeReply(to: Self.mget))
        #expect(memory.expectsLargeReply(to: Request(.reading("mget", "a", "b", "c"))))
        #expect(!memory.expectsLargeReply(to: Request("GET", key: "a")))
        #expect(!memory.expectsLargeReply(to: Request(set: "a", to: Data(), milliseconds: nil, ifNotExists: false)))
    }

    @Test func `small replies count where there were large ones, and errors do not`() {
        let memory = memory(after: .array(Array(repeating: Self.large, count: 10)), to: Self.mget)
        for _ in 0..<20 { note(.error(RESPServerError(code: "ERR", message: "busy")), to: Self.mget, in: memory) }
        #expect(memory.expectsLargeReply(to: Self.mget))
        for _ in 0..<20 { note(.array(Array(repeating: .null, count: 10)), to: Self.mget, in: memory) }
        #expect(!memory.expectsLargeReply(to: Self.mget))
    }

    @Test func `of several commands each has its own reply`() {
        let request = Request(["GET", "a"], [["MGET", "b", "c", "d"], ["INCR", "n"]])
        let replies = RESPReply.array([.null, .array([Self.large, Self.large, Self.large]), .integer(1)])
        let memory = memory(after: replies, to: request)
        #expect(memory.expectsLargeReply(to: request))
        #expect(memory.expectsLargeReply(to: Self.mget))
        #expect(!memory.expectsLargeReply(to: Request(["GET", "a"], [["INCR", "n"]])))
    }

    @Test func `what came of a reply that nobody waited for counts as well`() {
        let memory = ReplySizeMemory()
        memory.noteAbandoned(Self.mget, partialSize: 0)
        #expect(!memory.expectsLargeReply(to: Self.mget))
        memory.noteAbandoned(Self.mget, partialSize: 1_000_000)
        #expect(memory.expectsLargeReply(to: Self.mget))
    }

    @Test func `nothing is learnt from a caller who has a connection alone`() {
        let memory = memory(after: Self.large, Self.large, Self.large, to: Request(leased: ["GET", "a"]))
        #expect(!memory.expectsLargeReply(to: Request("GET", key: "a")))
    }

    private static let contents: [(RESPReply, Int)] = [
        (.null, 0), (.integer(1), 0), (.bulkString(Data(count: 1000)), 1000), (.simpleString("OK"), 2),
        (.verbatimString(format: "txt", Data(count: 1000)), 1000), (.bigNumber("123"), 3),
        (.array([.bulkString(Data(count: 500)), .set([.bulkString(Data(count: 500))])]), 1000),
        (.map([RESPPair(key: .simpleString("ab"), value: .push([.simpleString("cd")]))]), 4),
    ]

    @Test(arguments: contents)
    func `the size of a reply is that of its contents, and a little for each value`(reply: RESPReply, contents: Int) {
        #expect((contents + 1...contents + 40).contains(reply.contentSize))
    }
}
