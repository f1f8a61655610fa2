extension LocalCluster {
    /// How a replica takes the place of its primary.
    package enum FailoverKind: String, Sendable {
        /// The primary stops taking writes until the replica has all of them: nothing is lost.
        case agreed = ""
        /// Without the primary, by a vote of the others.
        case force = "FORCE"
        /// Without the primary and without a vote.
        case takeover = "TAKEOVER"
    }

    /// The nodes that were started for a shard.
    package func members(ofShard shard: Int) -> [LocalClusterNode] {
        nodes.filter { $0.shard == shard }
    }

    /// The primary of each shard, without shards of which none serves.
    package func primaries() throws(LocalServerError) -> [LocalClusterNode] {
        var primaries: [LocalClusterNode] = []
        for shard in Set(nodes.map(\.shard)).sorted() {
            if let primary = try findPrimary(ofShard: shard) { primaries.append(primary) }
        }
        return primaries
    }

    package func primary(ofShard shard: Int) throws(LocalServerError) -> LocalClusterNode {
        guard let primary = try findPrimary(ofShard: shard) else {
            throw .unsettled(after: .zero, state: "no primary of shard \(shard) serves")
        }
        return primary
    }

    /// The primary that has a slot.
    package func primary(ofSlot slot: Int) throws(LocalServerError) -> LocalClusterNode {
        let id = try view().owner(of: slot)?.id
        guard let node = nodes.first(where: { $0.id == id }) else {
            throw .unsettled(after: .zero, state: "nobody has slot \(slot)")
        }
        return node
    }

    /// The serving nodes that follow the primary of a shard; where that does not serve, those that can take its place.
    package func replicas(ofShard shard: Int) throws(LocalServerError) -> [LocalClusterNode] {
        guard let primary = try findPrimary(ofShard: shard) else {
            return members(ofShard: shard).filter(\.isServing)
        }
        var replicas: [LocalClusterNode] = []
        for node in servingNodes {
            if try node.view().member(node.id)?.primaryID == primary.id { replicas.append(node) }
        }
        return replicas
    }

    /// Of two that take themselves to be the primary, the one with the newer configuration is.
    private func findPrimary(ofShard shard: Int) throws(LocalServerError) -> LocalClusterNode? {
        var found: (node: LocalClusterNode, epoch: Int)?
        for node in members(ofShard: shard) where node.isServing {
            let member = try node.view().member(node.id)
            guard let member, member.isPrimary, member.epoch > found?.epoch ?? -1 else { continue }
            found = (node, member.epoch)
        }
        return found?.node
    }

    /// Has a replica take its primary's place, and returns it at the moment at which it says that it has.
    package func failover(
        ofShard shard: Int, _ kind: FailoverKind = .agreed
    ) throws(LocalServerError) -> LocalClusterNode {
        guard let replica = try replicas(ofShard: shard).first else {
            throw .unsettled(after: .zero, state: "shard \(shard) has no replica that serves")
        }
        let command = ["CLUSTER", "FAILOVER"] + (kind == .agreed ? [] : [kind.rawValue])
        var conversation = try replica.conversation()
        for attempt in 1... {
            try conversation.demand(command)
            do throws(LocalServerError) {
                return try waitForPromotion(of: [replica], within: Self.failoverTimeout)
            } catch {
                // The vote may have failed for lack of time.
                guard case .unsettled = error, attempt < Self.failoverAttempts else { throw error }
            }
        }
        return replica
    }

    /// A little longer than servers try for.
    private static let failoverTimeout = Duration.seconds(6)
    private static let failoverAttempts = 3

    /// Waits until another node has taken the place of one that was killed or suspended, and returns it at the moment at
    /// which it says that it has.
    package func waitForPromotion(insteadOf primary: LocalClusterNode) throws(LocalServerError) -> LocalClusterNode {
        try waitForPromotion(of: members(ofShard: primary.shard).filter { $0 != primary }, within: Self.patience)
    }

    /// The same for so long at most; nil if nobody has taken its place by then.
    package func waitForPromotion(
        insteadOf primary: LocalClusterNode, within time: Duration
    ) throws(LocalServerError) -> LocalClusterNode? {
        do throws(LocalServerError) {
            return try waitForPromotion(of: members(ofShard: primary.shard).filter { $0 != primary }, within: time)
        } catch {
            guard case .unsettled = error else { throw error }
            return nil
        }
    }

    private func waitForPromotion(
        of candidates: [LocalClusterNode], within time: Duration
    ) throws(LocalServerError) -> LocalClusterNode {
        var promoted: LocalClusterNode?
        try Self.wait(for: time, pause: Self.shortPause) { () throws(LocalServerError) in
            for node in candidates where node.isServing {
                if try node.isPrimary() {
                    promoted = node
                    return nil
                }
            }
            return "none of \(candidates) has been promoted"
        }
        guard let promoted else { throw .unsettled(after: .zero, state: "nobody was promoted") }
        return promoted
    }
}
