/// Which node serves which slot: what one refresh said, and the redirects since. Never changes; a newer one takes its place.
final class ClusterRoutes<Pool: ClusterPool>: Sendable {
    /// The index of each slot's node, or ``nobody``.
    private let owners: [UInt16]

    /// The nodes that serve slots, each once.
    let nodes: [ClusterNode<Pool>]

    /// Counts from zero, which is that of no map at all.
    let version: UInt64

    private static var nobody: UInt16 { .max }

    /// More nodes than slots make no sense, so an index never reaches that of ``nobody``.
    init(version: UInt64, owners: [UInt16], nodes: [ClusterNode<Pool>]) {
        precondition(owners.count == HashSlot.count && nodes.count <= HashSlot.count, "an owner for each slot")
        self.version = version
        self.owners = owners
        self.nodes = nodes
    }

    /// Nothing is known yet.
    convenience init() {
        self.init(version: 0, owners: Self.noOwners, nodes: [])
    }

    /// There are no nodes any more.
    static func ofNobody(version: UInt64) -> ClusterRoutes {
        ClusterRoutes(version: version, owners: noOwners, nodes: [])
    }

    private static var noOwners: [UInt16] { Array(repeating: nobody, count: HashSlot.count) }

    @inline(__always)
    func node(of slot: HashSlot) -> ClusterNode<Pool>? {
        let owner = owners[slot.number]
        return owner == Self.nobody ? nil : nodes[Int(owner)]
    }

    /// Whether there is a node for each slot.
    var areComplete: Bool { !owners.contains(Self.nobody) }

    /// The routes that a topology gives.
    static func of(
        _ topology: ClusterTopology, version: UInt64,
        node: (RedisClientConfiguration.Address) -> ClusterNode<Pool>
    ) -> ClusterRoutes {
        var owners = noOwners
        var nodes: [ClusterNode<Pool>] = []
        for shard in topology.shards {
            guard let address = shard.primary.address else { continue }
            let index = UInt16(nodes.count)
            nodes.append(node(address))
            for range in shard.ranges {
                for slot in range { owners[slot] = index }
            }
        }
        return ClusterRoutes(version: version, owners: owners, nodes: nodes)
    }

    /// The same, but for some slots which another node serves, and without the nodes that have lost their last one by it.
    func moving(_ slots: some Sequence<Int>, to node: ClusterNode<Pool>) -> ClusterRoutes {
        var (owners, nodes) = (owners, nodes)
        let index = nodes.firstIndex { $0 === node } ?? nodes.count
        if index == nodes.count { nodes.append(node) }
        var losers: Set<UInt16> = []
        for slot in slots {
            losers.insert(owners[slot])
            owners[slot] = UInt16(index)
        }
        // Most still have others, and are found at once; the last of the nodes takes the place of one that goes.
        for loser in losers.sorted(by: >) where loser != Self.nobody && loser != index && !owners.contains(loser) {
            let last = UInt16(nodes.count - 1)
            nodes.swapAt(Int(loser), Int(last))
            nodes.removeLast()
            for slot in owners.indices where owners[slot] == last { owners[slot] = loser }
        }
        return ClusterRoutes(version: version + 1, owners: owners, nodes: nodes)
    }

    /// The same with another node in the place of one.
    func replacing(_ node: ClusterNode<Pool>, by other: ClusterNode<Pool>) -> ClusterRoutes {
        ClusterRoutes(version: version + 1, owners: owners, nodes: nodes.map { $0 === node ? other : $0 })
    }
}
