extension LocalCluster {
    /// Makes a cluster of nodes that do not know each other: the first one of each shard gets its part of the slots, the
    /// others follow it.
    func join() throws(LocalServerError) {
        let primaries = Array(nodes.prefix(options.primaries))
        for (index, node) in nodes.enumerated() {
            try node.demand("CLUSTER", "SET-CONFIG-EPOCH", "\(index + 1)")
        }
        for (shard, node) in primaries.enumerated() {
            let slots = slots(ofShard: shard)
            var conversation = try node.conversation()
            try conversation.demand(["CLUSTER", "ADDSLOTS"] + slots.map { "\($0)" })
        }
        for (index, node) in nodes.enumerated() { try meet(node, nodes.prefix(index)) }
        for node in nodes.dropFirst(primaries.count) { try replicate(primaries[node.shard], node) }
        try waitUntilSettled()
    }

    /// Its part at the beginning: the shares of two shards differ by one slot at most.
    private func slots(ofShard shard: Int) -> Range<Int> {
        let bounds = [shard, shard + 1].map { $0 * Self.slotCount / options.primaries }
        return bounds[0]..<bounds[1]
    }

    /// Introduces a node to each of others, since it takes seconds until all have heard of it by chance.
    private func meet(_ node: LocalClusterNode, _ others: some Sequence<LocalClusterNode>) throws(LocalServerError) {
        var conversation = try node.conversation()
        for other in others { try conversation.demand(["CLUSTER", "MEET", other.host, "\(other.port)"]) }
    }

    /// Has a node follow another one, as soon as it knows that one.
    private func replicate(_ primary: LocalClusterNode, _ node: LocalClusterNode) throws(LocalServerError) {
        try Self.wait { () throws(LocalServerError) in
            guard let answer = try node.send("CLUSTER", "REPLICATE", primary.id).error else { return nil }
            guard answer.contains("Unknown node") else {
                throw LocalServerError.refused(command: "CLUSTER REPLICATE", answer: answer)
            }
            return "\(node) does not know \(primary) yet"
        }
    }

    /// Adds a node, and returns when all know it.
    ///
    /// - Parameter shard: that of its primary; nil for a primary of a new shard, without slots.
    package func addNode(toShard shard: Int? = nil) throws(LocalServerError) -> LocalClusterNode {
        let others = servingNodes
        let primary = try shard.map { shard throws(LocalServerError) in try self.primary(ofShard: shard) }
        let newShard = (nodes.map(\.shard).max() ?? -1) + 1
        let node = try startNode(inShard: shard ?? newShard)
        try meet(node, others)
        if let primary { try replicate(primary, node) }
        try waitUntilSettled()
        return node
    }

    /// Takes all slots from a node, which go to the other primaries in turn.
    package func drain(_ node: LocalClusterNode) throws(LocalServerError) {
        let view = try node.view()
        guard let slots = view.member(node.id)?.slots, !slots.isEmpty else { return }
        let targets = servingNodes.filter { $0 != node && view.member($0.id)?.slots.isEmpty == false }
        guard !targets.isEmpty else { throw .unsettled(after: .zero, state: "\(node) is the only primary") }
        let all = slots.flatMap { Array($0) }
        for (index, target) in targets.enumerated() {
            let bounds = [index, index + 1].map { $0 * all.count / targets.count }
            try moveSlots(all[bounds[0]..<bounds[1]], to: target)
        }
    }

    /// Drains a node, has all others forget it, and stops it.
    package func removeNode(_ node: LocalClusterNode) throws(LocalServerError) {
        if node.isServing { try drain(node) }
        for other in servingNodes where other != node {
            try Self.wait { () throws(LocalServerError) in
                let answer = try other.send("CLUSTER", "FORGET", node.id).error
                guard let answer, !answer.contains("Unknown node") else { return nil }
                // A replica follows the node until it has heard whose slots they are now.
                return "\(other) does not forget \(node): \(answer)"
            }
        }
        discard(node)
        try waitUntilSettled()
    }

    /// Sets the counts of commands and errors to zero on all serving nodes.
    package func resetStatistics() throws(LocalServerError) {
        for node in servingNodes { try node.demand("CONFIG", "RESETSTAT") }
    }
}
