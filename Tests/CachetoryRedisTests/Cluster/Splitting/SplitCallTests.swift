import CachetoryRESP
import CachetoryTestSupport
import Foundation
import Testing

@testable import CachetoryRedis

@Suite struct SplitCallTests {
    private typealias Call = SplitCall<FakePool>
    private typealias Delivery = Call.Delivery

    /// Three shards of a third each.
    private let fixture = MapFixture((1, [4], [0...5460]), (2, [], [5461...10_922]), (3, [], [10_923...16_383]))

    // MARK: What is sent

    private func get(_ key: String) -> Call.Part {
        Call.Part(slot: HashSlot(of: key), request: Request("GET", key: key, isReadOnly: true))
    }

    private func key(in slot: Int, _ name: String = "") -> String { SlotTags.tag(of: slot) + name }

    /// A part of one slot with several keys.
    private func mget(_ slot: Int, _ names: String...) -> Call.Part {
        let keys = names.map { key(in: slot, $0) }
        return Call.Part(slot: HashSlot(slot), request: Request("MGET", keys: keys, isReadOnly: true))
    }

    private func call(_ parts: [Call.Part]) -> Call { Call(parts, fixture.map, repeatsTimeout: false) }

    /// The next deliveries; nil if something else comes next.
    private func sends(_ call: inout Call) throws -> [Delivery]? {
        var deadline = Timestamp.now + .seconds(60)
        guard case .send(let deliveries, _) = try call.step(until: &deadline, startsOver: { .distantFuture }) else {
            return nil
        }
        return deliveries
    }

    /// What became of each part; nil if something else comes next.
    private func results(_ call: inout Call) throws -> [PartResult]? {
        var deadline = Timestamp.now + .seconds(60)
        guard case .answer(let results) = try call.step(until: &deadline, startsOver: { .distantFuture }) else {
            return nil
        }
        return results
    }

    private func refresh(_ call: inout Call) -> Bool { call.takesRefresh() }

    /// The replies; nil if something else comes next.
    private func answer(_ call: inout Call) throws -> [RESPReply]? {
        try results(&call)?.replies { _ in nil }
    }

    /// Why the call has failed.
    ///
    /// - Parameter slots: those of the parts.
    private func failure(_ call: inout Call, slots: [Int]) throws -> RedisClusterError {
        do {
            _ = try #require(try results(&call)).replies { HashSlot(slots[$0]) }
        } catch RedisCallError.cluster(let error) {
            return error
        }
        struct NotFailed: Error {}
        throw NotFailed()
    }

    private func ports(_ deliveries: [Delivery]?) -> [Int] { (deliveries ?? []).compactMap(\.node.address.port) }

    /// Has each node answer what a closure says to the commands that it gets.
    private func deliver(_ deliveries: [Delivery]?, to call: inout Call, _ reply: (_ command: String) -> RESPReply) {
        for delivery in deliveries ?? [] {
            let replies = delivery.request.texts.map(reply)
            call.note(.success(replies.count == 1 ? replies[0] : .array(replies)), to: delivery)
        }
    }

    private func echo(_ command: String) -> RESPReply { .simpleString("\(command)!") }

    @Test func `each node gets its parts in one piece, and each part its own reply`() throws {
        let keys = (0..<20).map { "key \($0)" }
        var call = call(keys.map(get))
        let deliveries = try #require(try sends(&call))
        #expect(ports(deliveries) == [1, 2, 3])
        #expect(deliveries.map { $0.request.replyCount }.reduce(0, +) == 20)
        // In whatever order they come.
        deliver(deliveries.reversed(), to: &call, echo)
        #expect(try answer(&call) == keys.map { .simpleString("GET \($0)!") })
        #expect(!refresh(&call))
    }

    @Test func `a transaction is sent by itself`() throws {
        let items = (0..<2).map { (key: key(in: 0, "\($0)"), value: Data()) }
        let transaction = Call.Part(slot: HashSlot(0), request: Request(setAll: items, milliseconds: 1000))
        var call = call([get(key(in: 1)), transaction, get(key(in: 2)), transaction])
        let deliveries = try #require(try sends(&call))
        #expect(deliveries.map(\.request.kind.isTransaction).sorted { !$0 && $1 } == [false, true, true])
        #expect(deliveries.allSatisfy { $0.node.address.port == 1 })
    }

    @Test func `deliveries are in the order of the nodes, so that threads take connections in one order`() throws {
        for _ in 0..<20 {
            var call = call((0..<30).map { get("key \($0)") }.shuffled())
            let numbers = try #require(try sends(&call)).map(\.node.number)
            #expect(numbers == numbers.sorted())
        }
    }

    @Test func `a part without a slot goes to any node`() throws {
        var call = call([Call.Part(slot: nil, request: Request(["PING"]))])
        let deliveries = try sends(&call)
        #expect(ports(deliveries).count == 1)
        deliver(deliveries, to: &call, echo)
        #expect(try answer(&call) == [.simpleString("PING!")])
    }

    // MARK: What is sent again

    @Test func `only what was redirected is sent again`() throws {
        let keys = [0, 1, 6000, 11_000].map { key(in: $0) }
        var call = call(keys.map(get))
        deliver(try sends(&call), to: &call) { command in
            command == "GET \(keys[1])" ? .error(RESPServerError(code: "MOVED", message: "1 node:2")) : echo(command)
        }
        let again = try sends(&call)
        #expect(ports(again) == [2])
        #expect(again?.map(\.request.texts) == [["GET \(keys[1])"]])
        #expect(refresh(&call))
        deliver(again, to: &call, echo)
        #expect(try answer(&call) == keys.map { .simpleString("GET \($0)!") })
        #expect(fixture.owner(of: 1) == 2)
    }

    @Test func `what a node asks to send elsewhere goes behind ASKING, each command of it`() throws {
        let keys = (0..<2).map { key(in: 7, "\($0)") }
        var call = call(keys.map(get) + [get(key(in: 8))])
        deliver(try sends(&call), to: &call) { command in
            command.contains(keys[0]) || command.contains(keys[1])
                ? .error(RESPServerError(code: "ASK", message: "7 node:3")) : echo(command)
        }
        let again = try sends(&call)
        #expect(again?.map(\.request.texts) == [keys.flatMap { ["ASKING", "GET \($0)"] }])
        #expect(ports(again) == [3])
        deliver(again, to: &call, echo)
        #expect(
            try answer(&call) == (keys + [key(in: 8)]).map { .simpleString("GET \($0)!") })
        #expect(fixture.owner(of: 7) == 1)
    }

    @Test func `a part whose slot has no node is waited for, behind the others`() throws {
        fixture.apply((1, [], [0...5460]))
        var call = call([get(key(in: 0)), get(key(in: 6000))])
        let first = try sends(&call)
        #expect(ports(first) == [1])
        #expect(refresh(&call))
        deliver(first, to: &call, echo)
        var deadline = Timestamp.now + .seconds(60)
        guard case .wait(let version, let end) = try call.step(until: &deadline, startsOver: { .distantFuture })
        else {
            Issue.record("no wait")
            return
        }
        #expect(version == fixture.map.routes.version)
        #expect(end <= .now + ConnectCircuitBreaker.patience)
        fixture.apply((1, [], [0...16_383]))
        let second = try sends(&call)
        #expect(second?.map(\.request.texts) == [["GET \(key(in: 6000))"]])
        deliver(second, to: &call, echo)
        #expect(try answer(&call)?.count == 2)
    }

    // MARK: TRYAGAIN

    private static let tryAgain = RESPReply.error(
        RESPServerError(code: "TRYAGAIN", message: "Multiple keys request during rehashing of slot"))

    @Test func `keys on both sides of a move are asked for one by one, and put together again`() throws {
        let keys = ["a", "b", "c"].map { key(in: 7, $0) }
        var call = call([get(key(in: 8)), mget(7, "a", "b", "c"), get(key(in: 9))])
        deliver(try sends(&call), to: &call) { $0.hasPrefix("MGET") ? Self.tryAgain : echo($0) }
        let singles = try sends(&call)
        #expect(singles?.map(\.request.texts) == [keys.map { "GET \($0)" }])
        // One of them is on the other side.
        deliver(singles, to: &call) { command in
            command == "GET \(keys[1])" ? .error(RESPServerError(code: "ASK", message: "7 node:2")) : echo(command)
        }
        let asked = try sends(&call)
        #expect(asked?.map(\.request.texts) == [["ASKING", "GET \(keys[1])"]])
        #expect(ports(asked) == [2])
        deliver(asked, to: &call, echo)
        #expect(
            try answer(&call) == [
                .simpleString("GET \(key(in: 8))!"), .array(keys.map { .simpleString("GET \($0)!") }),
                .simpleString("GET \(key(in: 9))!"),
            ])
    }

    @Test func `what is more than its keys one by one is sent again as it is`() throws {
        let items = (0..<2).map { (key: key(in: 7, "\($0)"), value: Data()) }
        var call = call([Call.Part(slot: HashSlot(7), request: Request(setAll: items, milliseconds: nil))])
        deliver(try sends(&call), to: &call) { _ in Self.tryAgain }
        let again = try sends(&call)
        #expect(again?.map(\.request.replyCount) == [1])
        deliver(again, to: &call) { _ in .simpleString("OK") }
        #expect(try answer(&call) == [.simpleString("OK")])
    }

    // MARK: Failures

    @Test func `a failure says how many parts were done, and which node and slot failed why`() throws {
        var call = call([0, 1, 6000, 6001, 11_000].map { get(key(in: $0)) })
        for delivery in try #require(try sends(&call)) {
            if delivery.node.address.port == 2 {
                call.note(.failure(RedisCallError.timedOut(.unknown)), to: delivery)
            } else {
                deliver([delivery], to: &call, echo)
            }
        }
        let error = try failure(&call, slots: [0, 1, 6000, 6001, 11_000])
        #expect(error.reason == .nodesFailed)
        #expect(error.partsDone == 3 && error.parts == 5)
        #expect(error.failures.map(\.node) == ["node:2", "node:2"])
        #expect(error.failures.map(\.slot) == [6000, 6001])
        #expect(error.failures.allSatisfy { $0.reason == .timedOut(.unknown) })
        #expect(error.outcome == .unknown)
    }

    @Test func `nothing was executed where no part was`() throws {
        var call = call([get(key(in: 0)), get(key(in: 6000))])
        for delivery in try #require(try sends(&call)) {
            call.note(.failure(RedisCallError.timedOut(.notExecuted)), to: delivery)
        }
        let error = try failure(&call, slots: [0, 6000])
        #expect(error.partsDone == 0 && error.parts == 2)
        #expect(error.outcome == .notExecuted)
    }

    /// A call whose keys of one slot are asked for one by one, the second of them at another node, where that fails.
    private func halfwayCall(_ part: Call.Part, _ name: StaticString) throws -> Call {
        var call = call([part, get(key(in: 6000))])
        deliver(try sends(&call), to: &call) { $0.hasPrefix("GET") ? echo($0) : Self.tryAgain }
        deliver(try sends(&call), to: &call) { command in
            command == "\(name) \(key(in: 7, "b"))"
                ? .error(RESPServerError(code: "ASK", message: "7 node:3")) : .integer(1)
        }
        for delivery in try #require(try sends(&call)) {
            call.note(.failure(RedisCallError.timedOut(.notExecuted)), to: delivery)
        }
        return call
    }

    @Test func `a part that was divided, and has failed in part, is one that has failed`() throws {
        var call = try halfwayCall(mget(7, "a", "b", "c"), "GET")
        let error = try failure(&call, slots: [7, 6000])
        #expect(error.partsDone == 1 && error.parts == 2)
        #expect(error.failures.map(\.slot) == [7])
        #expect(error.failures.map(\.node) == ["node:3"])
    }

    @Test func `what was executed in part is not told as not executed`() throws {
        let keys = ["a", "b"].map { key(in: 7, $0) }
        var call = try halfwayCall(
            Call.Part(slot: HashSlot(7), request: Request("UNLINK", keys: keys)), "UNLINK")
        let failure = try #require(try failure(&call, slots: [7, 6000]).failures.first)
        #expect(failure.node == "node:3" && failure.slot == 7)
        #expect(failure.reason.outcome == .unknown)
        guard case .cluster(let error) = failure.reason else {
            Issue.record("\(failure)")
            return
        }
        #expect(error.partsDone == 1 && error.parts == 2)
        #expect(error.failures.map(\.reason.outcome) == [.notExecuted])
    }

    @Test func `a slot that nobody serves fails its part, and no node is blamed`() throws {
        fixture.apply((1, [], [0...5460]))
        var call = call([get(key(in: 0)), get(key(in: 6000))])
        deliver(try sends(&call), to: &call, echo)
        // The call has no time left.
        var deadline = Timestamp.now
        guard case .answer(let results) = try call.step(until: &deadline, startsOver: { .distantFuture }) else {
            Issue.record("it goes on")
            return
        }
        do throws(RedisCallError) {
            _ = try results.replies { HashSlot([0, 6000][$0]) }
            Issue.record("it has not failed")
        } catch {
            guard case .cluster(let error) = error else { throw error }
            #expect(error.partsDone == 1 && error.parts == 2)
            #expect(error.failures.map(\.node) == [nil])
            #expect(error.failures.map(\.slot) == [6000])
            #expect(error.failures.map(\.reason) == [.cluster(RedisClusterError(.slotNotServed(6000)))])
        }
    }

    @Test func `a cancellation is one of the whole call`() throws {
        var call = call([get(key(in: 0)), get(key(in: 6000))])
        for delivery in try #require(try sends(&call)) { call.note(.failure(CancellationError()), to: delivery) }
        #expect(throws: CancellationError.self) { try sends(&call) }
    }

    @Test func `a refusal by one node is the reply to its part alone`() throws {
        var call = call([get(key(in: 0)), get(key(in: 6000))])
        deliver(try sends(&call), to: &call) { command in
            command == "GET \(key(in: 0))" ? .error(RESPServerError(code: "WRONGTYPE", message: "no")) : .null
        }
        let replies = try #require(try answer(&call))
        guard case .error(let error) = replies[0] else {
            Issue.record("\(replies)")
            return
        }
        #expect(error.node == "node:1" && error.slot == 0 && error.code == "WRONGTYPE")
        #expect(replies[1] == .null)
    }
}

extension Request {
    /// Its commands as they are sent, each as one line.
    fileprivate var texts: [String] {
        var bytes = OutgoingBytes()
        encode(into: &bytes)
        let text = bytes.copied.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        return text.split(separator: "*").map { command in
            command.split(separator: "\r\n").dropFirst().filter { !$0.hasPrefix("$") }.joined(separator: " ")
        }
    }
}
