import CachetoryRESP
import CachetoryRedis
import Testing

/// Which replies prove that nothing was done.
@Suite struct RerouteProofTests {
    typealias Decision = ReroutePolicy.Decision

    private static let b = RerouteCall.b
    private static let script = Request(["EVAL", "x", 1, "k"])
    private static let transaction = Request(transaction: [["SET", "k", "v"], ["INCR", "k"]])

    private static let ok = RESPReply.simpleString("OK")
    private static let queued = RESPReply.simpleString("QUEUED")

    // MARK: - Scripts and modules

    /// What a node says before it begins to execute, in its own words.
    @Test(
        arguments: [
            .moved(), .ask(), .refusal("CLUSTERDOWN", "The cluster is down"),
            .refusal("CLUSTERDOWN", "Hash slot not served"),
            .refusal("CLUSTERDOWN", "The cluster is down and only accepts read commands"),
            .refusal("TRYAGAIN", "Multiple keys request during rehashing of slot"),
        ] as [RESPReply])
    func `a node's own refusal of a script is believed`(reply: RESPReply) {
        #expect(RerouteCall.decision(reply, to: Self.script).action != .answer)
    }

    @Test(
        arguments: [
            .moved(HashSlot(of: "other")), .ask(HashSlot(of: "other")), .refusal("MOVED"), .refusal("CLUSTERDOWN"),
            .refusal("TRYAGAIN"), .refusal("READONLY"), .refusal("LOADING"), .refusal("MASTERDOWN"),
        ] as [RESPReply])
    func `what a script may have said is the answer, unless it reads`(reply: RESPReply) {
        #expect(RerouteCall.decision(reply, to: Self.script) == Decision(.answer))
        let reading = Request(.reading("EVAL", "x", 1, "k"))
        #expect(RerouteCall.decision(reply, to: reading).action != .answer)
    }

    @Test func `a script without keys is never redirected`() {
        var call = RerouteCall(Request(["EVAL", "x", 0]), slot: nil)
        #expect(call.decide(.moved()).action == .answer)
    }

    @Test func `where it was assumed which argument is the key, the node knows better`() {
        let elsewhere = RESPReply.moved(HashSlot(of: "other"))
        #expect(RerouteCall.decision(elsewhere, to: Request(["MODULE.DO", "k", "other"])).action != .answer)
        // And not where the user said it.
        let routed = Request(RESPCommand(["MODULE.DO", "k", "other"], routedBy: "k"))
        #expect(RerouteCall.decision(elsewhere, to: routed).action == .answer)
        #expect(RerouteCall.decision(.moved(), to: routed).action != .answer)
    }

    // MARK: - Transactions

    @Test(
        arguments: [
            // While queueing.
            [ok, .moved(), .moved(), .refusal("EXECABORT")], [ok, queued, .moved(), .refusal("EXECABORT")],
            // Refused for something else as well, which the next node says.
            [ok, .refusal("ERR"), .moved(), .refusal("EXECABORT")],
            // At `EXEC`: the slot has moved in between.
            [ok, queued, queued, .moved()],
        ] as [[RESPReply]])
    func `a transaction is redirected as a whole`(replies: [RESPReply]) {
        let decision = RerouteCall.decision(.array(replies), to: Self.transaction)
        #expect(decision.action == .send(to: .node(Self.b, asking: false), after: .zero))
        #expect(decision.moved?.slot == RerouteCall.slot)
        let asking = replies.map { $0.errorCode == "MOVED" ? RESPReply.ask() : $0 }
        let ask = RerouteCall.decision(.array(asking), to: Self.transaction)
        #expect(ask == Decision(.send(to: .node(Self.b, asking: true), after: .zero)))
    }

    @Test(
        arguments: [
            ([ok, .refusal("TRYAGAIN"), queued, .refusal("EXECABORT")], false),
            ([ok, queued, queued, .refusal("TRYAGAIN")], false),
            ([ok, queued, queued, .refusal("CLUSTERDOWN")], true),
            ([ok, .refusal("READONLY"), queued, .refusal("EXECABORT")], true),
            ([ok, .refusal("CLUSTERDOWN"), .refusal("CLUSTERDOWN"), .refusal("EXECABORT")], true),
            // Those to the empty one that is sent before.
            ([.refusal("LOADING"), .refusal("LOADING")], false),
        ] as [([RESPReply], Bool)])
    func `a transaction that was not begun is sent again`(replies: [RESPReply], waits: Bool) {
        let decision = RerouteCall.decision(.array(replies), to: Self.transaction)
        switch decision.action {
        case .send(.owner, _): #expect(!waits)
        case .waitForMap: #expect(waits)
        default: Issue.record("\(decision)")
        }
        #expect(decision.refresh == waits)
    }

    @Test(
        arguments: [
            [ok, queued, queued, .array([ok, .integer(1)])],
            // What the commands replied is theirs.
            [ok, queued, queued, .array([.moved(), .ask()])], [ok, .refusal("ERR"), queued, .refusal("EXECABORT")],
            [ok, .refusal("ERR"), .refusal("TRYAGAIN"), .refusal("EXECABORT")],
            [ok, queued, queued, .refusal("EXECABORT")],
            [ok, queued, queued, .refusal("ERR")], [ok, queued, queued, .null],
            // Without `MULTI`, they were executed by themselves.
            [.refusal("NOPERM"), ok, .moved(), .refusal("ERR")], [.refusal("NOPERM"), .moved(), .moved(), .moved()],
            [.moved(), .moved(), .moved(), .moved()], [.refusal("NOPERM"), .refusal("NOPERM")], [ok], [],
        ] as [[RESPReply]])
    func `any other reply to a transaction is the answer`(replies: [RESPReply]) {
        #expect(RerouteCall.decision(.array(replies), to: Self.transaction) == Decision(.answer))
    }

    /// A script that is queued has not begun.
    @Test func `what is in a transaction makes no difference`() {
        let request = Request(transaction: [["EVAL", "x", 1, "k"], ["MODULE.DO", "k"]])
        let replies = [Self.ok, .refusal("TRYAGAIN"), .moved(), .refusal("EXECABORT")]
        #expect(
            RerouteCall.decision(.array(replies), to: request).action
                == .send(to: .node(Self.b, asking: false), after: .zero))
    }

    // MARK: - Several commands

    @Test func `several commands are sent again if one of them was not executed`() {
        let request = Request(["INCR", "k"], [["EVAL", "x", 1, "k"], ["GET", "k"], ["SET", "k", 1]])
        let replies: [RESPReply] = [.moved(), .refusal("LOADING"), .refusal("WRONGTYPE"), .ask()]
        #expect(
            RerouteCall.decision(.array(replies), to: request).action
                == .send(to: .node(Self.b, asking: false), after: .zero))
        let done = RESPReply.array([.integer(1), .integer(1), .null, Self.ok])
        #expect(RerouteCall.decision(done, to: request) == Decision(.answer))
    }
}
