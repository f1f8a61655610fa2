import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

@Suite struct ReroutePolicyTests {
    typealias Decision = ReroutePolicy.Decision

    private static let (a, b, start, deadline) = (RerouteCall.a, RerouteCall.b, RerouteCall.start, RerouteCall.deadline)

    private static let read = Request("GET", key: "k", isReadOnly: true)
    private static let write = Request(["INCR", "k"])
    private static let script = Request(["EVAL", "x", 1, "k"])
    private static let transaction = Request(transaction: [["SET", "k", "v"], ["INCR", "k"]])

    private static let ok = RESPReply.simpleString("OK")
    private static let queued = RESPReply.simpleString("QUEUED")

    private static func lost(_ outcome: RedisCallError.Outcome) -> RedisCallError {
        .connectionLost(reason: "", outcome)
    }

    // MARK: - Redirections

    @Test(arguments: [read, write])
    func `a redirection is followed at once`(request: Request) {
        let moved = RerouteCall.decision(.moved(), to: request)
        #expect(moved.action == .send(to: .node(Self.b, asking: false), after: .zero))
        #expect(moved.refresh && !moved.startsOver)
        #expect(moved.moved == ReroutePolicy.SlotMove(slot: RerouteCall.slot, node: Self.b))
        // The map is right where a slot is on its way.
        let ask = RerouteCall.decision(.ask(), to: request)
        #expect(ask == Decision(.send(to: .node(Self.b, asking: true), after: .zero)))
    }

    @Test func `without a host it is that of the node which answered`() {
        let decision = RerouteCall.decision(.moved(to: ":7"), to: Self.write)
        #expect(decision.action == .send(to: .node(.tcp(host: "a", port: 7), asking: false), after: .zero))
    }

    @Test(arguments: [.moved(to: "?:7"), .ask(to: "?:7")] as [RESPReply])
    func `a node that nobody knows waits for the map`(reply: RESPReply) {
        let decision = RerouteCall.decision(reply, to: Self.write)
        #expect(decision.action == .waitForMap(until: Self.start + .seconds(1)))
        #expect(decision.refresh)
    }

    @Test func `a node that redirects to itself is another one now`() {
        let decision = RerouteCall.decision(.moved(to: "a:1"), to: Self.write)
        #expect(decision.moved == ReroutePolicy.SlotMove(slot: RerouteCall.slot, node: Self.a))
        #expect(decision.action == .send(to: .node(Self.a, asking: false), after: .zero))
    }

    @Test func `a redirection to what is no address waits for the map`() {
        let decision = RerouteCall.decision(.refusal("MOVED", "somewhere"), to: Self.write)
        #expect(decision == Decision(.waitForMap(until: Self.start + .seconds(1)), refresh: true))
    }

    @Test(arguments: [.ask(), .moved()] as [RESPReply])
    func `two nodes that redirect to each other are asked rarely, and not after the deadline`(reply: RESPReply) {
        for seed in UInt64(1)...50 {
            var call = RerouteCall(Self.write)
            call.random = SeededGenerator(seed: seed)
            var sends = [Self.start]
            while case .send(.node, let pause) = call.decide(reply, from: Self.a).action {
                call.now = call.now + pause
                sends.append(call.now)
            }
            #expect(sends.prefix(6).allSatisfy { $0 == Self.start })
            #expect(sends.allSatisfy { $0 < Self.deadline })
            #expect(sends.last.map { $0 > Self.deadline + .milliseconds(-501) } == true)
            for second in 0..<5 {
                let from = Self.start + .seconds(second)
                #expect(sends.count { $0 >= from && $0 < from + .seconds(1) } <= 15)
            }
        }
    }

    // MARK: - Other replies

    @Test func `keys that are on their way are soon there`() {
        var call = RerouteCall(Request("MGET", keys: ["k", "{k}1"], isReadOnly: true))
        var pauses: [Duration] = []
        // Each time the owner redirects first.
        while case .send(.node, .zero) = call.decide(.ask()).action {
            let decision = call.decide(.refusal("TRYAGAIN"), from: Self.b)
            guard case .send(.owner, let pause) = decision.action else { break }
            #expect(!decision.refresh)
            call.now = call.now + pause
            pauses.append(pause)
        }
        #expect(pauses.allSatisfy { $0 <= .milliseconds(150) })
        #expect(pauses.count > 20)
        #expect(call.now > Self.deadline + .milliseconds(-151) && call.now < Self.deadline)
    }

    @Test(arguments: ["LOADING", "MASTERDOWN"])
    func `a server that cannot now is asked again until the deadline`(code: String) {
        var call = RerouteCall(Self.write)
        while case .send(.owner, let pause) = call.decide(.refusal(code)).action {
            #expect(pause <= .milliseconds(500))
            call.now = call.now + pause
        }
        #expect(call.now > Self.deadline + .milliseconds(-501))
        #expect(!RerouteCall.decision(.refusal(code), to: Self.write).refresh)
    }

    @Test(arguments: ["CLUSTERDOWN", "READONLY"])
    func `a node that is not the one to ask is asked again after the next map, for a second at most`(code: String) {
        var call = RerouteCall(Self.write)
        let end = Self.start + .seconds(1)
        for milliseconds in [0, 100, 300, 999] {
            call.now = Self.start + .milliseconds(milliseconds)
            #expect(call.decide(.refusal(code)) == Decision(.waitForMap(until: end), refresh: true))
        }
        call.now = end
        #expect(call.decide(.refusal(code)) == Decision(.answer, refresh: true))
        // No later than the deadline.
        var hurried = RerouteCall(Self.write)
        let soon = Self.start + .milliseconds(10)
        #expect(hurried.decide(.refusal(code), until: soon).action == .waitForMap(until: soon))
    }

    @Test(
        arguments: [
            .null, .integer(1), ok, .refusal("ERR"), .refusal("moved"), .refusal("OOM"), .refusal("CROSSSLOT"),
            .refusal("NOPERM"),
            .array([.moved()]), queued, .map([]),
        ] as [RESPReply])
    func `any other reply is the answer`(reply: RESPReply) {
        #expect(RerouteCall.decision(reply, to: Self.read) == Decision(.answer))
    }

    @Test func `what is final by its kind is the answer`() {
        let replies: [RESPReply] = [
            .null, .bulk("MOVED"), Self.ok, .integer(0), .moved(), .array([.moved(), Self.ok]),
            .array([Self.ok, .integer(1)]), .map([]), .double(0), .boolean(false),
        ]
        let several = Request(["GET", "k"], [["GET", "k"]])
        var final = 0
        for request in [Self.read, several, Self.transaction, Request(together: [Self.read, Self.read])] {
            for reply in replies where RetryPolicy.isFinal(reply, to: request) {
                #expect(RerouteCall.decision(reply, to: request) == Decision(.answer), "\(reply)")
                final += 1
            }
        }
        #expect(final == 30)
    }

    // MARK: - No reply

    @Test(arguments: [read, write])
    func `what was not executed is sent again at once, and then waits for the map`(request: Request) {
        var call = RerouteCall(request)
        #expect(
            call.decide(Self.lost(.notExecuted)) == Decision(.send(to: .owner, after: .zero), refresh: true))
        let end = Self.start + .seconds(1)
        #expect(call.decide(Self.lost(.notExecuted)) == Decision(.waitForMap(until: end), refresh: true))
        call.now = end
        #expect(call.decide(Self.lost(.notExecuted)) == Decision(.answer, refresh: true))
    }

    @Test func `only what reads is sent again where it may have been executed, and once`() {
        var read = RerouteCall(Self.read)
        #expect(read.decide(Self.lost(.unknown)).action == .send(to: .owner, after: .zero))
        #expect(read.decide(Self.lost(.unknown)) == Decision(.answer, refresh: true))
        for request in [Self.write, Self.script, Self.transaction] {
            var call = RerouteCall(request)
            #expect(call.decide(Self.lost(.unknown)) == Decision(.answer, refresh: true))
        }
    }

    @Test func `a transaction that breaks its connections is given up sooner`() {
        var call = RerouteCall(Self.transaction)
        for _ in 0..<2 { #expect(call.decide(Self.lost(.notExecuted)).action != .answer) }
        #expect(call.decide(Self.lost(.notExecuted)).action == .answer)
    }

    @Test func `a node that cannot be reached is waited for until its patience ends`() {
        let refused = RedisCallError.connectFailed(address: "a", reason: "refused")
        var call = RerouteCall(Self.write)
        let end = Self.start + .seconds(1)
        #expect(call.decide(refused) == Decision(.waitForMap(until: end), refresh: true))
        call.now = Self.start + .milliseconds(500)
        #expect(call.decide(refused) == Decision(.waitForMap(until: end), refresh: true))
        // An attempt that took its time, or an outage that began before.
        var late = RerouteCall(Self.write)
        let begun = Timestamp(nanoseconds: Self.start.nanoseconds - 900_000_000)
        #expect(late.decide(refused, begun: begun).action == .waitForMap(until: begun + .seconds(1)))
        var tooLate = RerouteCall(Self.write)
        let long = Timestamp(nanoseconds: Self.start.nanoseconds - 1_000_000_000)
        #expect(tooLate.decide(refused, begun: long) == Decision(.answer, refresh: true))
    }

    @Test func `without an owner the map is waited for`() {
        var policy = ReroutePolicy(Self.write, slot: RerouteCall.slot)
        let decision = policy.decideWithoutOwner(at: Self.start, until: Self.deadline)
        #expect(decision == Decision(.waitForMap(until: Self.start + .seconds(1)), refresh: true))
        let later = policy.decideWithoutOwner(at: Self.start + .seconds(1), until: Self.deadline)
        #expect(later.action == .answer)
    }

    @Test func `a timeout is the answer, or is repeated once`() {
        for outcome in [RedisCallError.Outcome.notExecuted, .unknown] {
            var call = RerouteCall(Self.write)
            #expect(call.decide(.timedOut(outcome)) == Decision(.answer, refresh: true))
            var repeating = RerouteCall(Self.write, repeatsTimeout: true)
            let again = Decision(.send(to: .owner, after: .zero), refresh: true, startsOver: true)
            #expect(repeating.decide(.timedOut(outcome)) == again)
            #expect(repeating.decide(.timedOut(outcome)).action == .answer)
        }
    }

    @Test func `a pool that was closed is not the owner's any more`() {
        var call = RerouteCall(Self.write)
        for _ in 0..<5 {
            #expect(call.decide(.closed) == Decision(.send(to: .owner, after: .zero)))
        }
        #expect(call.decide(.closed).action == .answer)
    }

    @Test(
        arguments: [
            .protocolViolation(reason: "", .notExecuted), .server(RESPServerError(code: "LOADING", message: "")),
            .poolExhausted(maxConnections: 1, maxInFlight: 1, waited: .zero), .emptyCommand,
            .handshakeRefused(address: "a", RESPServerError(code: "WRONGPASS", message: "")),
        ] as [RedisCallError])
    func `every other error is the answer`(error: RedisCallError) {
        var call = RerouteCall(Self.read)
        #expect(call.decide(error).action == .answer)
    }

    @Test func `so is another task's end`() {
        var policy = ReroutePolicy(Self.read, slot: RerouteCall.slot)
        var random = SeededGenerator(seed: 1)
        let attempt = ReroutePolicy.Attempt(to: Self.a, begun: Self.start)
        let decision = policy.decide(
            after: .failure(CancellationError()), of: attempt, to: Self.read, at: Self.start, until: Self.deadline,
            using: &random)
        #expect(decision == Decision(.answer))
    }

    @Test func `after the deadline nothing is sent again`() {
        for code in ["MOVED", "ASK", "LOADING", "TRYAGAIN", "CLUSTERDOWN"] {
            let reply = RESPReply.refusal(code, "1 b:2")
            var call = RerouteCall(Self.write)
            #expect(call.decide(reply, until: Self.start).action == .answer)
        }
    }

    @Test func `the end of the time is told with what the server said before`() throws {
        var call = RerouteCall(Self.write)
        _ = call.decide(.refusal("CLUSTERDOWN"))
        let error = #expect(throws: RedisCallError.self) {
            try call.policy.answer(.failure(RedisCallError.timedOut(.notExecuted)), to: Self.write)
        }
        #expect(error?.serverCode == "CLUSTERDOWN")
        #expect(try call.policy.answer(.success(.integer(1)), to: Self.write) == .integer(1))
    }

    /// The time may end before the last `ASK` is followed, or while it is.
    @Test func `keys on both sides of a move are told of, whatever came last`() throws {
        let refused = RESPReply.array([Self.ok, .ask(), .refusal("EXECABORT")])
        for (request, ask) in [(Self.write, .ask()), (Self.transaction, refused)] as [(Request, RESPReply)] {
            var call = RerouteCall(request)
            for (reply, node) in [(ask, Self.a), (.refusal("TRYAGAIN"), Self.b), (ask, Self.a)] {
                _ = call.decide(request.kind == .transaction && node == Self.b ? Self.tryAgain : reply, from: node)
            }
            let ends: [Result<RESPReply, any Error>] = [.success(ask), .failure(RedisCallError.timedOut(.notExecuted))]
            for last in ends {
                let error = #expect(throws: RedisCallError.self) { try call.policy.answer(last, to: request) }
                #expect(error?.serverCode == "TRYAGAIN")
                #expect(error?.outcome == .notExecuted)
            }
            // The slot has moved for good since.
            let aborted = RESPReply.array([Self.ok, .moved(), .refusal("EXECABORT")])
            _ = call.decide(request.kind == .transaction ? aborted : .moved())
            _ = call.decide(ask, from: Self.b)
            let error = #expect(throws: RedisCallError.self) {
                try call.policy.answer(.failure(RedisCallError.timedOut(.notExecuted)), to: request)
            }
            #expect(error?.serverCode == "ASK")
        }
    }

    private static let tryAgain = RESPReply.array([ok, .refusal("TRYAGAIN"), .refusal("EXECABORT")])
}
