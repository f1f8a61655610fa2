import CachetoryRESP
import Testing

@testable import CachetoryRedis

@Suite struct ClusterRoutingTests {
    private typealias Routing = ClusterRouting<FakePool>
    private typealias Node = ClusterNode<FakePool>

    private let fixture = MapFixture((1, [4], [0...8191]), (2, [], [8192...16_383]))

    /// Of the first node.
    private static let key = "bar"
    private static let slot = HashSlot(of: key)

    private func routing(_ request: Request = Request("GET", key: key, isReadOnly: true)) -> Routing {
        Routing(request, Self.slot, fixture.map, repeatsTimeout: false)
    }

    private static func error(_ code: String, _ message: String) -> Result<RESPReply, any Error> {
        .success(.error(RESPServerError(code: code, message: message)))
    }

    /// A step in words: `node 1`, `asking node 2`, `wait`, or what the answer is.
    private func step(
        _ routing: inout Routing, after result: Result<RESPReply, any Error>? = nil, from port: Int? = nil,
        time: Duration = .seconds(60)
    ) -> String {
        var deadline = Timestamp.now + time
        let node = port.map { fixture.node(at: $0) }
        switch routing.step(after: result, from: node, until: &deadline, startsOver: { .now + time }) {
        case .send(let node, let isAsking, _): return "\(isAsking ? "asking " : "")node \(node.address.port ?? 0)"
        case .wait: return "wait"
        case .answer(.success(let reply)): return "\(reply)"
        case .answer(.failure(let error)): return "\(error)"
        }
    }

    private func refresh(_ routing: inout Routing) -> Bool { routing.takesRefresh() }

    @Test func `a request goes to the owner of its slot`() {
        var routing = routing()
        #expect(step(&routing) == "node 1")
        #expect(!refresh(&routing))
        #expect(step(&routing, after: .success(.integer(1)), from: 1) == "\(RESPReply.integer(1))")
    }

    @Test func `one without a slot goes to any node`() {
        var ports: Set<String> = []
        for _ in 0..<100 {
            var routing = Routing(Request(["PING"]), nil, fixture.map, repeatsTimeout: false)
            ports.insert(step(&routing))
        }
        #expect(ports == ["node 1", "node 2"])
    }

    @Test func `a MOVED is followed, and changes the map for all`() {
        var routing = routing()
        #expect(step(&routing) == "node 1")
        #expect(step(&routing, after: Self.error("MOVED", "\(Self.slot.number) node:2"), from: 1) == "node 2")
        #expect(fixture.owner(of: Self.slot.number) == 2)
        #expect(refresh(&routing))
        #expect(!refresh(&routing))
    }

    @Test func `a MOVED to a node that nobody knew is followed`() {
        var routing = routing()
        #expect(step(&routing, after: Self.error("MOVED", "\(Self.slot.number) node:9"), from: 1) == "node 9")
        #expect(fixture.owner(of: Self.slot.number) == 9)
    }

    @Test func `an ASK is followed once, and changes no map`() {
        var routing = routing()
        #expect(step(&routing, after: Self.error("ASK", "\(Self.slot.number) node:9"), from: 1) == "asking node 9")
        #expect(!refresh(&routing))
        #expect(fixture.owner(of: Self.slot.number) == 1)
        #expect(fixture.map.routes.version == 1)
    }

    @Test func `a redirect to nowhere waits for another map`() {
        var routing = routing()
        #expect(step(&routing, after: Self.error("MOVED", "\(Self.slot.number) ?:9"), from: 1) == "wait")
        #expect(refresh(&routing))
        #expect(fixture.owner(of: Self.slot.number) == 1)
        fixture.apply((3, [], [0...16_383]))
        #expect(step(&routing) == "node 3")
    }

    @Test func `a wait is for other routes than those of the attempt`() throws {
        var routing = routing()
        #expect(step(&routing) == "node 1")
        // Meanwhile, another caller has been redirected.
        fixture.move(9000, to: 1, by: 2)
        var deadline = Timestamp.now + .seconds(60)
        let result = Self.error("CLUSTERDOWN", "Hash slot not served")
        let step = routing.step(
            after: result, from: fixture.node(at: 1), until: &deadline, startsOver: { .distantFuture })
        guard case .wait(let version, let end) = step else {
            Issue.record("\(step)")
            return
        }
        #expect(version == 1)
        #expect(end <= .now + ConnectCircuitBreaker.patience)
        #expect(!fixture.map.wait(for: .change(since: version), until: end) {})
    }

    @Test func `without an owner it waits for a second, and says so then`() {
        fixture.apply((2, [], [8192...16_383]))
        var routing = routing()
        #expect(step(&routing) == "wait")
        #expect(refresh(&routing))
        #expect(step(&routing, time: .zero) == "\(RedisCallError.cluster(.init(.slotNotServed(Self.slot.number))))")
        fixture.apply((1, [], [0...16_383]))
        #expect(step(&routing) == "node 1")
    }

    @Test func `without any map it waits for one`() {
        let map = MapFixture().map
        var routing = Routing(Request("GET", key: Self.key), Self.slot, map, repeatsTimeout: false)
        #expect(step(&routing) == "wait")
        #expect(refresh(&routing))
        map.noteFailure(.connectFailed(address: "a:1", reason: "none"), begun: .now + .seconds(-10))
        #expect(step(&routing) == "\(RedisCallError.connectFailed(address: "a:1", reason: "none"))")
    }

    @Test func `a client that is closed waits for nothing`() {
        var routing = routing()
        let node = fixture.node(at: 1)
        _ = fixture.map.close()
        var deadline = Timestamp.now + .seconds(60)
        let failed = Result<RESPReply, any Error>.failure(RedisCallError.connectFailed(address: "a:1", reason: "none"))
        for result in [failed, Self.error("MOVED", "\(Self.slot.number) node:2"), nil] {
            let step = routing.step(after: result, from: node, until: &deadline, startsOver: { .distantFuture })
            guard case .answer(.failure(RedisCallError.closed)) = step else {
                Issue.record("\(step)")
                continue
            }
        }
    }

    @Test func `what has no key goes to each node once before it waits`() {
        var routing = Routing(Request(["PING"]), nil, fixture.map, repeatsTimeout: false)
        let failed = Result<RESPReply, any Error>.failure(RedisCallError.connectFailed(address: "a:1", reason: "none"))
        let (first, second) = (step(&routing), step(&routing, after: failed, from: 1))
        #expect(["node 1", "node 2"].contains(first))
        #expect(second == "node 2")
        #expect(step(&routing, after: failed, from: 2) == "wait")
    }

    @Test func `what a node refuses names the node and the slot`() throws {
        var routing = routing()
        var deadline = Timestamp.distantFuture
        let step = routing.step(
            after: Self.error("WRONGTYPE", "no"), from: fixture.node(at: 1), until: &deadline,
            startsOver: { .distantFuture })
        guard case .answer(.success(.error(let error))) = step else {
            Issue.record("\(step)")
            return
        }
        #expect(error.node == "node:1" && error.slot == Self.slot.number)
        #expect(error.command == "GET" && error.key == Self.key)
    }

    @Test(arguments: [
        RedisCallError.timedOut(.unknown), .connectionLost(reason: "reset", .unknown),
        .protocolViolation(reason: "no RESP", .unknown),
    ])
    func `what becomes of a write at a node names the node and the slot`(reason: RedisCallError) {
        var routing = routing(Request(["SET", .string(Self.key), "1"]))
        let expected = RedisCallError.failed(at: MapFixture.address(1), slot: Self.slot.number, reason)
        #expect(step(&routing, after: .failure(reason), from: 1) == "\(expected)")
    }

    @Test func `a node that has lost its connection is asked again, and then the one that a newer map names`() {
        var routing = routing()
        let lost = Result<RESPReply, any Error>.failure(RedisCallError.connectionLost(reason: "reset", .notExecuted))
        #expect(step(&routing, after: lost, from: 1) == "node 1")
        #expect(refresh(&routing))
        #expect(step(&routing, after: lost, from: 1) == "wait")
        fixture.move(Self.slot.number, to: 4, by: 2)
        #expect(step(&routing) == "node 4")
    }

    @Test func `a cancellation is the caller's own`() {
        var routing = routing()
        #expect(step(&routing, after: .failure(CancellationError()), from: 1) == "\(CancellationError())")
        #expect(!refresh(&routing))
    }
}
