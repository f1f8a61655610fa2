import CachetoryLocking
import CachetoryRESP

@testable import CachetoryRedis

/// Stands for the connections to a node, where a test is about which node is asked.
final class FakePool: ClusterPool {
    private struct State {
        var retirement: RedisCallError?
        var closings = 0
    }

    private let state = Lock(State())

    /// What callers are told who would have to wait for a connection.
    var retirement: RedisCallError? { state.withLock { $0.retirement } }

    /// How often it was closed.
    var closings: Int { state.withLock { $0.closings } }

    func retire(_ error: RedisCallError?) {
        state.withLock { $0.retirement = error }
    }

    func closeInBackground() {
        state.withLock { $0.closings += 1 }
    }
}

/// A map of a cluster of which there are no servers. A node is known by its port.
struct MapFixture {
    typealias Address = RedisClientConfiguration.Address
    typealias Shard = (primary: Int, replicas: [Int], ranges: [ClosedRange<Int>])

    let map = ClusterMap<FakePool>(seeds: [address(1)], ConnectLimit { _ in }) { address in
        ClusterNode(address, makePool: { _ in FakePool() }, requestRefresh: { _ in })
    }

    /// A map that a first refresh has found.
    init(_ shards: Shard...) {
        if !shards.isEmpty { map.apply(Self.topology(shards), begun: .now) }
    }

    static func address(_ port: Int) -> Address { .tcp(host: "node", port: port) }

    static func slot(_ number: Int) -> HashSlot {
        guard let slot = HashSlot(number) else { preconditionFailure("no slot \(number)") }
        return slot
    }

    static func topology(_ shards: [Shard], epoch: Int = 1, isOK: Bool = true) -> ClusterTopology {
        func node(_ port: Int) -> ClusterTopology.Node { .init(id: "\(port)", address: address(port)) }
        return ClusterTopology(
            shards: shards.map { .init(primary: node($0.primary), replicas: $0.replicas.map(node), ranges: $0.ranges) },
            isOK: isOK, epoch: epoch)
    }

    /// A refresh finds the cluster like this.
    func apply(_ shards: Shard..., begun: Timestamp = .now) {
        map.apply(Self.topology(shards), begun: begun)
    }

    /// A node answers with `MOVED`.
    func move(_ slot: Int, to port: Int, by teller: Int) {
        map.note(move: Self.slot(slot), to: Self.address(port), by: node(at: teller))
    }

    /// The node at a port, which is known from now on.
    func node(at port: Int) -> ClusterNode<FakePool> {
        let address = Self.address(port)
        if let known = map.state.withLock({ $0.nodes[address] }) { return known }
        guard let node = try? map.importingNode(at: address) else { preconditionFailure("the map is closed") }
        return node
    }

    /// The port of the node that has a slot.
    func owner(of slot: Int) -> Int? { map.routes.owner(of: slot) }

    /// The connections to the node that has a slot, as if a call had needed them.
    func pool(of slot: Int) -> FakePool? { map.routes.node(of: Self.slot(slot))?.pool }
}

extension ClusterRoutes {
    func owner(of slot: Int) -> Int? { node(of: MapFixture.slot(slot))?.address.port }

    /// The ports of the nodes that have slots.
    var ports: [Int] { nodes.compactMap(\.address.port) }
}

extension RedisClientConfiguration.Address {
    var port: Int? {
        if case .tcp(_, let port) = self { port } else { nil }
    }
}
