import CachetoryTestSupport
import Testing

@testable import CachetoryRedis

@Suite struct ClusterRoutesTests {
    private typealias Routes = ClusterRoutes<FakePool>
    private typealias Node = ClusterNode<FakePool>

    private static func node(_ port: Int) -> Node {
        Node(MapFixture.address(port), makePool: { _ in FakePool() }, requestRefresh: { _ in })
    }

    /// Three nodes, with the slots below 100, those below 200, and the rest.
    private let routes: Routes

    init() {
        routes = Routes.of(
            MapFixture.topology([(1, [4], [0...99]), (2, [], [100...199]), (3, [], [200...16_383])]), version: 1
        ) { Self.node($0.port ?? 0) }
    }

    @Test func `nothing is known at first`() {
        let routes = Routes()
        #expect(routes.version == 0)
        #expect(routes.nodes.isEmpty)
        #expect((0..<HashSlot.count).allSatisfy { routes.owner(of: $0) == nil })
    }

    @Test func `each slot has the primary that the topology names`() {
        #expect(routes.version == 1)
        #expect(routes.ports == [1, 2, 3])
        #expect([0, 99, 100, 199, 200, 16_383].map(routes.owner) == [1, 1, 2, 2, 3, 3])
    }

    @Test func `slots whose primary has no known address have no node`() {
        let unknown = ClusterTopology.Shard(primary: .init(id: "a", address: nil), ranges: [0...9])
        let known = ClusterTopology.Shard(primary: .init(id: "b", address: MapFixture.address(1)), ranges: [10...19])
        let routes = Routes.of(ClusterTopology(shards: [unknown, known], isOK: true, epoch: 1), version: 1) { _ in
            Self.node(1)
        }
        #expect(routes.ports == [1])
        #expect([9, 10, 20].map(routes.owner) == [nil, 1, nil])
    }

    @Test func `slots move to a node that has some, and to one that had none`() {
        let moved = routes.moving([0, 150], to: routes.nodes[2]).moving([1], to: Self.node(5))
        #expect(moved.version == 3)
        #expect([0, 1, 2, 149, 150, 151].map(moved.owner) == [3, 5, 1, 2, 3, 2])
        #expect(moved.ports == [1, 2, 3, 5])
        // Whoever has read the old routes still has them.
        #expect([0, 1, 150].map(routes.owner) == [1, 1, 2])
        #expect(routes.version == 1)
    }

    @Test func `a slot that nobody had gets a node`() {
        let moved = Routes().moving([7], to: Self.node(1))
        #expect([6, 7].map(moved.owner) == [nil, 1])
        #expect(moved.ports == [1])
    }

    @Test(arguments: [[0...99], [100...199], [0...99, 100...199], [200...16_383], [0...99, 100...199, 200...16_383]])
    func `a node that loses its last slot is a node no longer`(ranges: [ClosedRange<Int>]) {
        let before = (0..<HashSlot.count).map(routes.owner)
        let moved = routes.moving(ranges.joined(), to: Self.node(5))
        for slot in 0..<HashSlot.count {
            let isMoved = ranges.contains { $0.contains(slot) }
            if moved.owner(of: slot) != (isMoved ? 5 : before[slot]) { Issue.record("slot \(slot)") }
        }
        #expect(Set(moved.ports) == Set((0..<HashSlot.count).compactMap(moved.owner)))
        #expect(moved.nodes.count == 4 - ranges.count)
    }

    @Test func `after any moves the nodes are those that have slots, each once`() {
        var generator = SeededGenerator(seed: 19)
        let nodes = (1...6).map(Self.node)
        var (routes, owners) = (Routes(), [Int?](repeating: nil, count: HashSlot.count))
        for _ in 0..<100 {
            // Few bounds, so that nodes come and go.
            let first = Int.random(in: 0..<8, using: &generator)
            let slots = first * 2048..<Int.random(in: first + 1...8, using: &generator) * 2048
            let port = Int.random(in: 1...6, using: &generator)
            routes = routes.moving(slots, to: nodes[port - 1])
            for slot in slots { owners[slot] = port }
            #expect((0..<HashSlot.count).map(routes.owner) == owners)
            #expect(routes.ports.sorted() == Set(owners.compactMap(\.self)).sorted())
        }
        #expect(routes.version == 100)
    }

    @Test func `another node takes the place of one`() {
        let other = Self.node(1)
        let replaced = routes.replacing(routes.nodes[0], by: other)
        #expect(replaced.version == 2)
        #expect(replaced.node(of: MapFixture.slot(99)) === other)
        #expect([99, 100, 200].map(replaced.owner) == [1, 2, 3])
        #expect(replaced.nodes.count == 3)
    }
}
