import CachetoryRedis
import Testing

@Suite struct ReplacedAddressesTests {
    typealias Node = ClusterTopology.Node
    typealias Shard = ClusterTopology.Shard

    private static func node(_ id: String, _ port: Int) -> Node { Node(id: id, address: .tcp(host: "h", port: port)) }

    private static let (a, b, c, d) = (node("a", 1), node("b", 2), node("c", 3), node("d", 4))

    private static func topology(_ shards: Shard...) -> ClusterTopology {
        ClusterTopology(shards: shards, isOK: true, epoch: 1)
    }

    private static let two = topology(
        Shard(primary: a, replicas: [c], ranges: [0...99]), Shard(primary: b, ranges: [100...199]))

    /// A failover, a node in the place of another, a replica less, moved slots, and a node at an address of its own.
    @Test(arguments: [
        two, topology(),
        topology(Shard(primary: c, replicas: [a], ranges: [0...99]), Shard(primary: b, ranges: [100...199])),
        topology(Shard(primary: a, ranges: [0...99]), Shard(primary: d, ranges: [100...199])),
        topology(Shard(primary: b, ranges: [0...150]), Shard(primary: a, ranges: [151...199])),
        topology(Shard(primary: a, ranges: [0...99]), Shard(primary: node("b", 9), ranges: [100...199])),
    ])
    func `no address is another node's`(topology: ClusterTopology) {
        #expect(topology.replacedAddresses(since: Self.two) == [])
        #expect(Self.two.replacedAddresses(since: topology) == [])
    }

    @Test func `addresses are other nodes' now, of primaries and of replicas`() {
        let new = Self.topology(
            Shard(primary: Self.a, replicas: [Self.node("y", 3)], ranges: [0...99]),
            Shard(primary: Self.node("x", 2), ranges: [100...199]))
        #expect(new.replacedAddresses(since: Self.two) == [.tcp(host: "h", port: 3), .tcp(host: "h", port: 2)])
    }

    @Test func `two nodes have changed places`() {
        let new = Self.topology(
            Shard(primary: Self.node("a", 2), ranges: [0...99]), Shard(primary: Self.node("b", 1), ranges: [100...199]))
        #expect(new.replacedAddresses(since: Self.two) == [.tcp(host: "h", port: 2), .tcp(host: "h", port: 1)])
    }

    @Test func `one that two nodes claim is named once`() {
        let new = Self.topology(
            Shard(primary: Self.a, ranges: [0...99]), Shard(primary: Self.node("x", 2), ranges: [100...149]),
            Shard(primary: Self.node("y", 2), ranges: [150...199]))
        #expect(new.replacedAddresses(since: Self.two) == [.tcp(host: "h", port: 2)])
    }
}
