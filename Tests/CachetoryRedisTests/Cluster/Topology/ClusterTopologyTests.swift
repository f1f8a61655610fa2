import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// What is made of replies to `CLUSTER SLOTS` and `CLUSTER INFO`.
@Suite struct ClusterTopologyTests {
    typealias Address = RedisClientConfiguration.Address
    typealias Node = ClusterTopology.Node
    typealias Shard = ClusterTopology.Shard

    private static let asked = Address.tcp(host: "10.0.0.9", port: 7009)
    private static let info = RESPReply.bulk("cluster_enabled:1\r\ncluster_state:ok\r\ncluster_current_epoch:6\r\n")

    private static func node(
        _ id: String, host: RESPReply = .bulk("10.0.0.1"), port: Int64 = 7000, _ more: RESPReply...
    )
        -> RESPReply
    {
        .array([host, .integer(port), .bulk(id)] + more)
    }

    private static func entry(_ first: Int64, _ last: Int64, _ nodes: RESPReply...) -> RESPReply {
        .array([.integer(first), .integer(last)] + nodes)
    }

    private static func topology(_ entries: RESPReply..., info: RESPReply = Self.info) throws(ClusterTopologyError)
        -> ClusterTopology
    {
        try ClusterTopology(slots: .array(entries), info: info, answeredBy: asked)
    }

    // MARK: - What servers say

    /// The replies of a server as they come, in both versions of the protocol.
    @Test(arguments: [
        Input(
            "*2\r\n*3\r\n:0\r\n:5460\r\n*4\r\n$9\r\n127.0.0.1\r\n:7000\r\n$4\r\naaaa\r\n*0\r\n"
                + "*4\r\n:5461\r\n:16383\r\n*4\r\n$9\r\n127.0.0.1\r\n:7001\r\n$4\r\nbbbb\r\n*2\r\n$8\r\nhostname\r\n$1\r\nh\r\n"
                + "*4\r\n$9\r\n127.0.0.1\r\n:7002\r\n$4\r\ncccc\r\n*0\r\n"
                + "$43\r\ncluster_state:ok\r\ncluster_current_epoch:2\r\n\r\n"
        ),
        Input(
            "*2\r\n*3\r\n:0\r\n:5460\r\n*4\r\n$9\r\n127.0.0.1\r\n:7000\r\n$4\r\naaaa\r\n%0\r\n"
                + "*4\r\n:5461\r\n:16383\r\n*4\r\n$9\r\n127.0.0.1\r\n:7001\r\n$4\r\nbbbb\r\n%1\r\n$8\r\nhostname\r\n$1\r\nh\r\n"
                + "*4\r\n$9\r\n127.0.0.1\r\n:7002\r\n$4\r\ncccc\r\n%0\r\n"
                + "=47\r\ntxt:cluster_state:ok\r\ncluster_current_epoch:2\r\n\r\n"
        ),
    ])
    func `both versions of the protocol say the same`(input: Input) throws {
        let replies = try Self.replies(input.text)
        try #require(replies.count == 2)
        let topology = try ClusterTopology(slots: replies[0], info: replies[1], answeredBy: Self.asked)
        let nodes = ["aaaa", "bbbb", "cccc"].enumerated().map {
            Node(id: $1, address: .tcp(host: "127.0.0.1", port: 7000 + $0))
        }
        let expected = ClusterTopology(
            shards: [
                Shard(primary: nodes[0], ranges: [0...5460]),
                Shard(primary: nodes[1], replicas: [nodes[2]], ranges: [5461...16_383]),
            ], isOK: true, epoch: 2)
        #expect(topology == expected)
        #expect(topology.coveredSlots == 16_384)
        #expect(topology.nodes == nodes)
    }

    private static func replies(_ text: String) throws -> [RESPReply] {
        var parser = RESPParser()
        Array(text.utf8).withUnsafeBytes { parser.append($0) }
        var replies: [RESPReply] = []
        while let reply = try parser.next() { replies.append(reply) }
        return replies
    }

    @Test(
        arguments: [
            (.bulk("10.0.0.1"), .tcp(host: "10.0.0.1", port: 7000)), (.null, .tcp(host: "10.0.0.9", port: 7000)),
            (.bulk(""), .tcp(host: "10.0.0.9", port: 7000)), (.bulk("?"), nil),
            (.bulk("fd00::1"), .tcp(host: "fd00::1", port: 7000)),
            (.bulk("node-1.example.com"), .tcp(host: "node-1.example.com", port: 7000)),
        ] as [(RESPReply, Address?)])
    func `a host may be missing or unknown`(host: RESPReply, address: Address?) throws {
        let topology = try Self.topology(Self.entry(0, 16_383, Self.node("a", host: host)))
        #expect(topology.shards.map(\.primary) == [Node(id: "a", address: address)])
    }

    @Test func `a node without a port for such connections is nowhere`() throws {
        let topology = try Self.topology(Self.entry(0, 16_383, Self.node("a", port: 0)))
        #expect(topology.shards[0].primary.address == nil)
    }

    @Test func `the ranges of a primary belong together, in order and joined`() throws {
        let (a, b) = (Self.node("a", port: 1), Self.node("b", port: 2))
        let replicas = [Self.node("d", port: 4), Self.node("c", port: 3)]
        let topology = try Self.topology(
            .array([.integer(300), .integer(400), a] + replicas), Self.entry(200, 299, b),
            .array([.integer(100), .integer(199), a] + replicas), .array([.integer(99), .integer(99), a] + replicas))
        #expect(topology.shards.map(\.primary.id) == ["a", "b"])
        #expect(topology.shards.map(\.ranges) == [[99...199, 300...400], [200...299]])
        #expect(topology.shards[0].replicas.map(\.id) == ["c", "d"])
        #expect(topology.coveredSlots == 302)
        // Whatever way it was told.
        let other = try Self.topology(
            .array([.integer(99), .integer(199), a] + replicas.reversed()), Self.entry(200, 299, b),
            .array([.integer(300), .integer(400), a] + replicas))
        #expect(other == topology)
    }

    @Test func `a cluster may have no slots yet`() throws {
        let topology = try Self.topology(info: .bulk("cluster_state:fail\ncluster_current_epoch:0"))
        #expect(topology == ClusterTopology(shards: [], isOK: false, epoch: 0))
    }

    // MARK: - What makes no sense

    static let malformedSlots: [RESPReply] = [
        .null, .integer(1), .bulk("x"), .map([]), .array([.null]), .array([.array([])]), .array([entry(0, 1)]),
        .array([.array([.integer(0), .bulk("1"), node("a")])]), .array([.array([.null, .integer(1), node("a")])]),
        // No slots.
        .array([entry(-1, 1, node("a"))]), .array([entry(0, 16_384, node("a"))]), .array([entry(2, 1, node("a"))]),
        .array([entry(0, .max, node("a"))]), .array([entry(.min, 0, node("a"))]),
        // Two owners, or the same one twice.
        .array([entry(0, 5, node("a")), entry(5, 6, node("b"))]),
        .array([entry(0, 0, node("a")), entry(0, 0, node("a"))]),
        .array((0...16_384).map { entry($0, $0, node("a")) }),
        // No nodes.
        .array([entry(0, 1, .null)]), .array([entry(0, 1, .array([]))]),
        .array([entry(0, 1, .array([.bulk("a"), .integer(1)]))]), .array([entry(0, 1, node("a"), .integer(1))]),
        .array([entry(0, 1, .array([.bulk("a"), .integer(1), .null]))]),
        .array([entry(0, 1, .array([.bulk("a"), .bulk("1"), .bulk("a")]))]),
        .array([entry(0, 1, node("a", port: -1))]), .array([entry(0, 1, node("a", port: 65_536))]),
        .array([entry(0, 1, node(""))]), .array([entry(0, 1, node(String(repeating: "a", count: 65)))]),
        .array([entry(0, 1, node("a", host: .integer(1)))]), .array([entry(0, 1, node("a", host: .bulk("a b")))]),
        .array([entry(0, 1, node("a", host: .bulkString(Data([0xFF]))))]),
        .array([entry(0, 1, node("a", host: .bulk("\u{1B}[2J")))]),
        .array([entry(0, 1, node("a"), node("b", host: .array([])))]),
    ]

    @Test(arguments: malformedSlots.indices)
    func `slots that make no sense are an error`(index: Int) {
        let error = #expect(throws: ClusterTopologyError.self) {
            try ClusterTopology(slots: Self.malformedSlots[index], info: Self.info, answeredBy: Self.asked)
        }
        expectMalformed(error)
    }

    @Test(
        arguments: [
            .null, .integer(1), .array([]), .map([]), .bulk(""), .bulk("cluster_state:ok"),
            .bulk("cluster_current_epoch:1"), .bulk("cluster_state:ok\r\ncluster_current_epoch:x"),
            .bulk("cluster_state:ok\r\ncluster_current_epoch:-1"), .bulk("cluster_state:ok\r\ncluster_current_epoch:"),
            .bulk("cluster_state:ok\r\ncluster_current_epoch:99999999999999999999"), .bulkString(Data([0xFF, 0x0A])),
        ] as [RESPReply])
    func `a state that makes no sense is an error`(info: RESPReply) {
        let error = #expect(throws: ClusterTopologyError.self) {
            try ClusterTopology(slots: .array([]), info: info, answeredBy: Self.asked)
        }
        expectMalformed(error)
    }

    private func expectMalformed(_ error: ClusterTopologyError?) {
        guard case .malformed(let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect((1...200).contains(reason.count), "\(reason)")
        #expect(reason.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }, "\(reason)")
    }

    @Test func `what a server refuses is told as it is`() {
        let disabled = RESPServerError(code: "ERR", message: "This instance has cluster support disabled")
        let denied = RESPServerError(
            code: "NOPERM", message: "User a has no permissions to run the 'cluster|slots' command")
        for (refusal, error) in [
            (disabled, .clusterDisabled), (denied, .refused(denied)),
        ] as [(RESPServerError, ClusterTopologyError)] {
            for (slots, info) in [(.error(refusal), Self.info), (.array([]), .error(refusal))]
                as [(RESPReply, RESPReply)]
            {
                #expect(throws: error) { try ClusterTopology(slots: slots, info: info, answeredBy: Self.asked) }
            }
            #expect(!"\(error)".isEmpty)
        }
    }

    /// A reply with parts of it replaced by something else, over and over.
    @Test func `it stands whatever a peer says`() {
        var random = SeededGenerator(seed: 1)
        let valid = RESPReply.array([
            Self.entry(0, 100, Self.node("a", .map([])), Self.node("b")),
            Self.entry(101, 200, Self.node("c", .array([]))),
        ])
        let pieces: [RESPReply] = [
            .null, .integer(.max), .integer(.min), .integer(100), .bulk(""), .bulk("?"), .bulk("a"), .array([]),
            .map([]),
            .double(.nan), .boolean(true), .simpleString("x"), .error(RESPServerError(code: "", message: "")),
            Self.node("a"), Self.entry(50, 150, Self.node("a")),
        ]
        for _ in 0..<3_000 {
            var reply = valid
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                reply = reply.replacing(by: pieces.randomElement(using: &random)!, using: &random)
            }
            guard let topology = try? ClusterTopology(slots: reply, info: Self.info, answeredBy: Self.asked) else {
                continue
            }
            #expect(topology.coveredSlots <= 16_384)
        }
    }

    // MARK: - Large ones

    /// Each slot is a range of its own, of 1,000 primaries in turn with a replica each: 3 MB as it comes.
    @Test func `the largest map is read in time`() throws {
        let nodes = (0..<1_000).map { [Self.largeNode($0), Self.largeNode($0 + 1_000)] }
        let entries = (0..<16_384).map { slot -> RESPReply in
            .array([.integer(Int64(slot)), .integer(Int64(slot))] + nodes[slot * 7 % 1_000])
        }
        let slots = RESPReply.array(entries)
        let clock = ContinuousClock()
        var topology: ClusterTopology?
        let least = try (0..<3).map { _ in
            try clock.measure { topology = try ClusterTopology(slots: slots, info: Self.info, answeredBy: Self.asked) }
        }.min()
        #expect(topology?.shards.count == 1_000)
        #expect(topology?.coveredSlots == 16_384)
        // A twentieth of that where it is optimised.
        #expect(try #require(least) < .milliseconds(400) + slack / 10)
        print("16,384 ranges in \(try #require(least))")
    }

    private static func largeNode(_ number: Int) -> RESPReply {
        let id = String(repeating: "0", count: 36) + String("\(10_000 + number)".suffix(4))
        let metadata: [RESPReply] = [.bulk("hostname"), .bulk("node-\(number).example.com")]
        return node(id, host: .bulk("10.0.12.\(number % 250)"), port: Int64(10_000 + number), .array(metadata))
    }

    // MARK: - Looking things up

    private static let three = ClusterTopology(
        shards: (0..<3).map { number in
            Shard(
                primary: Node(id: "p\(number)", address: .tcp(host: "p", port: number + 1)),
                replicas: [Node(id: "r\(number)", address: .tcp(host: "r", port: number + 1))],
                ranges: [number * 100...number * 100 + 49])
        }, isOK: true, epoch: 1)

    @Test func `a slot has a shard, and a node has`() throws {
        let slot = try #require(HashSlot(120))
        #expect(Self.three.shard(owning: slot)?.primary.id == "p1")
        #expect(Self.three.shard(owning: try #require(HashSlot(150))) == nil)
        #expect(Self.three.shard(of: .tcp(host: "r", port: 3))?.primary.id == "p2")
        #expect(Self.three.shard(of: .tcp(host: "r", port: 4)) == nil)
    }

    @Test(
        arguments: [
            (.tcp(host: "r", port: 2), [100...149]), (.tcp(host: "p", port: 1), [120...120]),
            (.tcp(host: "r", port: 1), [120...120]), (nil, [120...120]),
        ] as [(Address?, [ClosedRange<Int>])])
    func `with a slot that moved to its own replica all of its shard has`(to: Address?, ranges: [ClosedRange<Int>])
        throws
    {
        #expect(Self.three.ranges(movedWith: try #require(HashSlot(120)), to: to) == ranges)
    }
}

extension RESPReply {
    /// The same with one of the values inside it, or all of it, replaced.
    fileprivate func replacing(by other: RESPReply, using random: inout SeededGenerator) -> RESPReply {
        guard case .array(var elements) = self, !elements.isEmpty, Int.random(in: 0..<8, using: &random) > 0 else {
            return other
        }
        let index = Int.random(in: elements.indices, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: elements.remove(at: index)
        case 1: elements.append(other)
        default: elements[index] = elements[index].replacing(by: other, using: &random)
        }
        return .array(elements)
    }
}
