/// Which node owns which slots, as one node of a cluster sees it: what it answered to `CLUSTER SLOTS` and `CLUSTER INFO`.
///
/// Equal views are equal values, however the nodes have divided the slots into ranges and in whatever order.
package struct ClusterTopology: Sendable, Hashable {
    package typealias Address = RedisClientConfiguration.Address

    package struct Node: Sendable, Hashable {
        /// Its own for as long as it is a member, at whatever address.
        package let id: String

        /// Nil if the node that answered does not know it (`?`): a later refresh may tell.
        package let address: Address?

        package init(id: String, address: Address?) {
            (self.id, self.address) = (id, address)
        }
    }

    /// A primary with its replicas, and the slots that it owns.
    package struct Shard: Sendable, Hashable {
        package let primary: Node

        /// In the order of their ids. Those that have failed are left out by the server.
        package let replicas: [Node]

        /// In ascending order, with others' slots or none's between them.
        package let ranges: [ClosedRange<Int>]

        package init(primary: Node, replicas: [Node] = [], ranges: [ClosedRange<Int>]) {
            (self.primary, self.replicas, self.ranges) = (primary, replicas, ranges)
        }

        /// The primary before its replicas.
        package var nodes: [Node] { [primary] + replicas }

        /// Whether one of its nodes is at an address.
        package func contains(_ address: Address) -> Bool {
            primary.address == address || replicas.contains { $0.address == address }
        }
    }

    /// In the order of their first slots. Each has some.
    package let shards: [Shard]

    /// `cluster_state:ok`: the node takes commands. One that sees no majority of the primaries does not.
    package let isOK: Bool

    /// `cluster_current_epoch`: the greater, the newer.
    package let epoch: Int

    /// How many slots have an owner.
    package let coveredSlots: Int

    /// - Parameter shards: with ascending ranges, which are all disjoint, in the order of their first slots.
    package init(shards: [Shard], isOK: Bool, epoch: Int) {
        self.shards = shards
        self.isOK = isOK
        self.epoch = epoch
        coveredSlots = shards.reduce(0) { $1.ranges.reduce($0) { $0 + $1.count } }
    }
}

extension ClusterTopology {
    /// All of them, each primary before its replicas.
    package var nodes: [Node] { shards.flatMap(\.nodes) }

    /// Whether each slot has the same owner in both, wherever that is and whatever replicas it has.
    package func hasSameOwners(as other: ClusterTopology) -> Bool {
        guard coveredSlots == other.coveredSlots, shards.count == other.shards.count else { return false }
        // As mostly, and known at once where both are copies of one.
        if shards == other.shards { return true }
        return zip(shards, other.shards).allSatisfy { $0.primary.id == $1.primary.id && $0.ranges == $1.ranges }
    }

    /// Whether it is what the same cluster was like before, as a node sees it which has not heard the news yet. The epoch of
    /// a cluster never falls; only another cluster at the same addresses has a lower one.
    package func isOlder(than other: ClusterTopology) -> Bool {
        guard epoch < other.epoch, other.isOK || !isOK else { return false }
        let ids = Set(other.nodes.map(\.id))
        return nodes.contains { ids.contains($0.id) }
    }

    /// The shard that owns a slot; nil if none does. Takes as long as there are ranges.
    package func shard(owning slot: HashSlot) -> Shard? {
        shards.first { $0.ranges.contains { $0.contains(slot.number) } }
    }

    /// The shard of the node at an address.
    package func shard(of address: Address) -> Shard? {
        shards.first { $0.contains(address) }
    }

    /// Which slots a `MOVED` says have moved: that one alone, or all those of its shard, if the new owner is a replica of
    /// that, which was promoted.
    package func ranges(movedWith slot: HashSlot, to address: Address?) -> [ClosedRange<Int>] {
        if let address, let shard = shard(owning: slot), shard.replicas.contains(where: { $0.address == address }) {
            return shard.ranges
        }
        return [slot.number...slot.number]
    }
}
