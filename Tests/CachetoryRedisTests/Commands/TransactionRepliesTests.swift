import CachetoryRESP
import CachetoryRedis
import Testing

@Suite struct TransactionRepliesTests {
    private static let ok = RESPReply.simpleString("OK")
    private static let queued = RESPReply.simpleString("QUEUED")

    private static func error(_ code: String, _ message: String = "") -> RESPReply {
        .error(RESPServerError(code: code, message: message))
    }

    private static func refusal(_ code: String) -> RedisCallError { .server(RESPServerError(code: code, message: "")) }

    @Test(
        arguments: [
            ([ok, .array([])], []), ([ok, queued, .array([.integer(1)])], [.integer(1)]),
            ([ok, queued, queued, .array([error("WRONGTYPE"), .null])], [error("WRONGTYPE"), .null]),
        ] as [([RESPReply], [RESPReply])])
    func `what was executed has a reply for each command`(replies: [RESPReply], results: [RESPReply]) throws {
        #expect(try RESPReply.array(replies).transactionReplies() == results)
        #expect(TransactionReplies(replies).wasExecuted)
        #expect(!TransactionReplies(replies).mayBeOpen)
    }

    @Test(
        arguments: [
            ([ok, queued, error("EXECABORT")], refusal("EXECABORT"), false),
            ([ok, queued, error("NOPERM"), error("EXECABORT")], refusal("NOPERM"), false),
            // EXEC is unknown: the transaction goes on.
            ([ok, queued, error("ERR")], refusal("ERR"), true), ([ok, error("ERR")], refusal("ERR"), true),
            ([ok, error("OOM"), error("ERR")], refusal("OOM"), true),
            // MULTI is.
            ([error("NOPERM"), error("EXECABORT")], refusal("NOPERM"), false),
            ([error("NOAUTH"), error("NOAUTH"), error("NOAUTH")], refusal("NOAUTH"), false),
        ] as [([RESPReply], RedisCallError, Bool)])
    func `what was refused was not executed`(replies: [RESPReply], error: RedisCallError, mayBeOpen: Bool) {
        #expect(throws: error) { try RESPReply.array(replies).transactionReplies() }
        #expect(TransactionReplies(replies).mayBeOpen == mayBeOpen)
        #expect(!TransactionReplies(replies).wasExecuted)
    }

    @Test(
        arguments: [
            [error("NOPERM"), ok, error("EXECABORT")], [error("NOPERM"), .integer(1), error("NOPERM"), error("ERR")],
            [error("NOPERM"), error("WRONGTYPE"), error("ERR")],
        ] as [[RESPReply]])
    func `behind a MULTI that was refused, commands are executed by themselves`(replies: [RESPReply]) {
        #expect(throws: RedisCallError.notAtomic(RESPServerError(code: "NOPERM", message: ""))) {
            try RESPReply.array(replies).transactionReplies()
        }
        #expect(!TransactionReplies(replies).mayBeOpen)
    }

    @Test(
        arguments: [
            // Fewer and more than there were commands.
            [ok, queued, queued, .array([ok])], [ok, queued, .array([])], [ok, queued, .array([ok, ok])],
            [ok, ok, .array([ok])], [ok, .integer(1)], [ok, queued, queued], [queued, queued, queued],
            [queued, queued, .array([ok])], [.simpleString("FINE"), queued, .array([ok])],
            [error("ERR", "MULTI calls can not be nested"), queued, error("ERR")], [error("ERR"), ok, .array([ok])],
            [ok], [],
        ] as [[RESPReply]])
    func `what no server says is no reply, and leaves a doubt`(replies: [RESPReply]) {
        let error = #expect(throws: RedisCallError.self) { try RESPReply.array(replies).transactionReplies() }
        guard case .unexpectedReply? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(TransactionReplies(replies).mayBeOpen)
    }

    @Test func `without WATCH no transaction is void`() {
        let replies = [Self.ok, Self.queued, .null]
        #expect(throws: RedisCallError.unexpectedReply(command: "EXEC", reply: "null")) {
            try RESPReply.array(replies).transactionReplies()
        }
        #expect(!TransactionReplies(replies).mayBeOpen)
    }

    @Test func `one reply is none of a transaction`() {
        #expect(throws: RedisCallError.self) { try RESPReply.simpleString("OK").transactionReplies() }
    }
}
