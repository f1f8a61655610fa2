extension FakeCluster {
    /// Gives slots to a shard, with their keys.
    package func move(_ slots: some Sequence<Int>, toShard shard: Int) {
        order { $0.map.setOwner(of: slots, to: shard) }
    }

    /// Takes slots from whoever has them. Their keys are there again with their next owner.
    package func unassign(_ slots: some Sequence<Int>) {
        order { $0.map.setOwner(of: slots, to: nil) }
    }

    /// Makes a replica the primary of its shard, and that one a replica.
    package func promote(_ node: Int) {
        order { $0.map.promote(node) }
    }

    /// Adds a shard without slots.
    ///
    /// - Returns: its number, and the nodes, the primary first.
    package func addShard(replicas: Int = 0) -> (shard: Int, nodes: [Int]) {
        order { state in
            let added = Array(state.nodes.count...state.nodes.count + replicas)
            state.nodes += added.map { _ in FakeNode() }
            state.map.append(added)
            return (state.map.shards.count - 1, added)
        }
    }

    /// Takes a node out of the map, and has it refuse connections. Its shard has others that have its slots, or none.
    package func remove(_ node: Int) {
        order { state in
            state.map.remove(node)
            state.nodes[node].behaviour = .refuses
        }
    }

    /// The nodes of a shard, the primary first.
    package func members(ofShard shard: Int) -> [Int] { state.withLock { $0.map.shards[shard] } }

    /// The shard that has a slot.
    package func shard(ofSlot slot: Int) -> Int? { state.withLock { $0.map.shard(ofSlot: slot) } }

    /// `cluster_current_epoch`: by one higher after each change of the map.
    package var epoch: Int {
        get { state.withLock { $0.map.epoch } }
        set { order { $0.map.setEpoch(newValue) } }
    }

    /// Has nodes hold the map for the one that it is now, as those do that are cut off from the others.
    package func freezeMap(of nodes: some Sequence<Int>) {
        order { state in for node in nodes { state.nodes[node].frozenMap = state.map } }
    }

    package func thawMap(of nodes: some Sequence<Int>) {
        order { for node in nodes { $0.nodes[node].frozenMap = nil } }
    }

    /// `cluster_state`, as nodes tell it. They refuse keys while it is not `ok`.
    package func setState(isOK: Bool, of nodes: some Sequence<Int>) {
        order { for node in nodes { $0.nodes[node].isOK = isOK } }
    }

    /// How `CLUSTER SLOTS` tells where nodes are.
    package func setHosts(_ hosts: HostStyle) {
        order { $0.hosts = hosts }
    }
}
