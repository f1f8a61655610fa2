import CachetoryRESP
import CachetoryRedis
import Foundation
import Testing

@Suite struct RetryPolicyTests {
    private static let read = Request(.reading("GET", "k"))
    private static let write = Request(["INCR", "k"])
    private static let transaction = Request(transaction: [["SET", "k", "v"], ["INCR", "n"]])

    private static func lost(_ outcome: RedisCallError.Outcome) -> RedisCallError {
        .connectionLost(reason: "", outcome)
    }

    private static func error(_ code: String) -> RESPReply {
        .error(RESPServerError(code: code, message: "and why"))
    }

    // MARK: - Lost connections

    @Test(arguments: [read, write, transaction])
    func `what was not executed is sent again, the first time at once`(request: Request) {
        var retry = RetryPolicy(request)
        #expect(retry.pause(after: Self.lost(.notExecuted), until: .distantFuture) == .zero)
    }

    @Test func `what breaks connection after connection is given up`() {
        var retry = RetryPolicy(Self.write)
        var count = 0
        while let pause = retry.pause(after: Self.lost(.notExecuted), until: .distantFuture) {
            #expect(pause <= .milliseconds(500))
            count += 1
        }
        #expect(count == 10)
    }

    @Test func `a transaction that breaks its connections is given up sooner`() {
        var retry = RetryPolicy(Self.transaction)
        var count = 0
        while retry.pause(after: Self.lost(.notExecuted), until: .distantFuture) != nil { count += 1 }
        #expect(count == 2)
    }

    @Test func `only a reading command is sent again where it may have been executed, and once`() {
        var read = RetryPolicy(Self.read)
        #expect(read.pause(after: Self.lost(.unknown), until: .distantFuture) != nil)
        #expect(read.pause(after: Self.lost(.unknown), until: .distantFuture) == nil)
        for request in [Self.write, Self.transaction] {
            var retry = RetryPolicy(request)
            #expect(retry.pause(after: Self.lost(.unknown), until: .distantFuture) == nil)
        }
    }

    @Test func `a pipeline is sent again only if all of it reads`() {
        var mixed = RetryPolicy(Request(.reading("GET", "k"), [["INCR", "k"]]))
        #expect(mixed.pause(after: Self.lost(.unknown), until: .distantFuture) == nil)
        var reading = RetryPolicy(Request(.reading("GET", "k"), [.reading("GET", "l")]))
        #expect(reading.pause(after: Self.lost(.unknown), until: .distantFuture) != nil)
    }

    @Test(
        arguments: [
            .timedOut(.notExecuted), .timedOut(.unknown), .closed, .connectFailed(address: "", reason: ""),
            .protocolViolation(reason: "", .notExecuted), .server(RESPServerError(code: "LOADING", message: "")),
            .poolExhausted(maxConnections: 1, maxInFlight: 1, waited: .zero), .emptyCommand,
        ] as [RedisCallError])
    func `every other error is final`(error: RedisCallError) {
        var retry = RetryPolicy(Self.read)
        #expect(retry.pause(after: error, until: .distantFuture) == nil)
    }

    @Test func `after the deadline nothing is sent again`() {
        var retry = RetryPolicy(Self.read)
        #expect(retry.pause(after: Self.lost(.notExecuted), until: .now) == nil)
        #expect(retry.pause(after: Self.error("LOADING"), to: Self.read, until: .now) == nil)
    }

    // MARK: - Replies

    @Test(arguments: ["LOADING", "READONLY", "MASTERDOWN", "TRYAGAIN", "CLUSTERDOWN"])
    func `a server that cannot now is asked again, for writes as well`(code: String) {
        var retry = RetryPolicy(Self.write)
        for _ in 0..<100 {
            let pause = retry.pause(after: Self.error(code), to: Self.write, until: .distantFuture)
            #expect(pause.map { $0 >= .zero && $0 <= .milliseconds(500) } == true)
        }
    }

    @Test(
        arguments: [
            .null, .integer(1), .simpleString("LOADING"), error("ERR"), error("loading"), error("OOM"), error("MOVED"),
            .array([error("LOADING")]),
        ] as [RESPReply])
    func `any other reply is final`(reply: RESPReply) {
        var retry = RetryPolicy(Self.read)
        #expect(retry.pause(after: reply, to: Self.read, until: .distantFuture) == nil)
    }

    /// What a script says, or a module, proves nothing: it may have done half of its work before.
    @Test(
        arguments: [
            ["EVAL", "", 0], ["EVALSHA", "", 0], ["EVAL_RO", "", 0], ["EVALSHA_RO", "", 0], ["FCALL", "f", 0],
            ["fcall_ro", "f", 0], ["JSON.SET", "k", "$", 1], ["CL.THROTTLE", "k"], ["NOBODYKNOWS"],
            RESPCommand([.bytes(Data("eval".utf8)), "", 0]),
        ] as [RESPCommand])
    func `an error that is not the server's own is final`(command: RESPCommand) {
        for request in [Request(command), Request(["SET", "k", 1], [command])] {
            let error = Self.error("TRYAGAIN")
            let reply = request.replyCount == 1 ? error : .array([error, error])
            var retry = RetryPolicy(request)
            #expect(retry.pause(after: reply, to: request, until: .distantFuture) == nil)
        }
        // Whoever says that a command changes nothing may have it executed again.
        let reading = Request(RESPCommand(command.arguments, isReadOnly: true))
        var retry = RetryPolicy(reading)
        #expect(retry.pause(after: Self.error("LOADING"), to: reading, until: .distantFuture) != nil)
    }

    @Test func `a transaction that the server did not begin is sent again, whatever is in it`() {
        let request = Request(transaction: [["EVAL", "", 0], ["EVAL", "", 0]])
        let ok = RESPReply.simpleString("OK")
        for (replies, isSentAgain) in [
            ([ok, Self.error("LOADING"), Self.error("LOADING"), Self.error("EXECABORT")], true),
            // Those to the empty transaction that is sent before.
            ([Self.error("LOADING"), Self.error("LOADING")], true),
            // Executed by themselves.
            ([Self.error("LOADING"), Self.error("LOADING"), Self.error("LOADING"), Self.error("LOADING")], false),
            ([Self.error("NOPERM"), Self.error("TRYAGAIN"), Self.error("TRYAGAIN"), Self.error("EXECABORT")], false),
        ] {
            var retry = RetryPolicy(request)
            let pause = retry.pause(after: .array(replies), to: request, until: .distantFuture)
            #expect((pause != nil) == isSentAgain, "\(replies)")
        }
    }

    @Test(
        arguments: [
            (Request(["DEL", "a"], [["DEL", "b"]]), [error("LOADING"), error("READONLY")], true),
            (Request(["DEL", "a"], [["DEL", "b"]]), [error("LOADING"), .integer(1)], false),
            (Request(["DEL", "a"], [["DEL", "b"]]), [.integer(1), error("LOADING")], false),
            (Request(["DEL", "a"], [["DEL", "b"]]), [error("WRONGTYPE"), error("LOADING")], false),
            // Executed by themselves, though the server says that all was discarded.
            (transaction, [error("LOADING"), .integer(1), error("READONLY"), error("EXECABORT")], false),
            (transaction, [.simpleString("OK"), error("READONLY"), error("READONLY"), error("EXECABORT")], true),
            (transaction, [.simpleString("OK"), .simpleString("QUEUED"), error("READONLY"), error("EXECABORT")], true),
            (transaction, [.simpleString("OK"), error("ERR"), error("READONLY"), error("EXECABORT")], false),
            (transaction, [.simpleString("OK"), error("ERR"), .simpleString("QUEUED"), error("EXECABORT")], false),
            (
                transaction,
                [.simpleString("OK"), .simpleString("QUEUED"), .simpleString("QUEUED"), error("EXECABORT")], false
            ),
            (
                transaction,
                [.simpleString("OK"), .simpleString("QUEUED"), .simpleString("QUEUED"), .array([error("READONLY")])],
                false
            ),
        ] as [(Request, [RESPReply], Bool)])
    func `several commands are sent again only if none was executed`(
        request: Request, replies: [RESPReply], isSentAgain: Bool
    ) {
        var retry = RetryPolicy(request)
        #expect((retry.pause(after: .array(replies), to: request, until: .distantFuture) != nil) == isSentAgain)
        #expect(!isSentAgain || !RetryPolicy.isFinal(.array(replies), to: request))
    }

    @Test func `what is final by its kind is never sent again`() {
        let passing = RESPReply.error(RESPServerError(code: "LOADING", message: "and why"))
        let replies: [RESPReply] = [
            .null, .bulkString(Data("LOADING".utf8)), .simpleString("LOADING"), .integer(0), passing,
            .array([passing]), .array([]), .map([]), .set([passing]), .double(0), .boolean(false), .bigNumber("0"),
            .verbatimString(format: "txt", Data()),
        ]
        for request in [Request(["GET", "k"]), Request(["A"], [["B"]]), Request(transaction: [["A"]])] {
            for reply in replies where RetryPolicy.isFinal(reply, to: request) {
                var retry = RetryPolicy(request)
                #expect(retry.pause(after: reply, to: request, until: .distantFuture) == nil)
            }
        }
        #expect(!RetryPolicy.isFinal(passing, to: Request(["GET", "k"])))
        #expect(RetryPolicy.isFinal(.null, to: Request(["GET", "k"])))
        #expect(!RetryPolicy.isFinal(.simpleString("QUEUED"), to: Request(["GET", "k"])))
    }
}
