import Foundation

// What the nodes are asked is `CLUSTER NODES`, `CLUSTER INFO`, `INFO` and `ROLE`, and never `CLUSTER SLOTS`: how often clients
// ask for that is counted by tests.
extension LocalCluster {
    /// Longer than a cluster needs to agree on anything, on a machine that is busy with other things.
    static let patience = Duration.seconds(20)

    /// How long a slot may have no owner before it is given one. Votes and news are much faster.
    private static let patienceWithLostSlots = Duration.seconds(5)

    /// How long to rest between two looks at nodes that do not tell when something has happened.
    static let pause: UInt32 = 5_000

    /// The same where the moment is what is looked for.
    static let shortPause: UInt32 = 500

    /// Looks again and again until something is as it should be, or the time is over.
    ///
    /// - Parameters:
    ///   - pause: in microseconds.
    ///   - problem: says what is not yet as it should be; nil if nothing is.
    static func wait(
        for time: Duration = LocalCluster.patience, pause: UInt32 = LocalCluster.pause,
        until problem: () throws(LocalServerError) -> String?
    ) throws(LocalServerError) {
        let deadline = ContinuousClock.now + time
        while let state = try problem() {
            if ContinuousClock.now > deadline { throw .unsettled(after: time, state: state) }
            usleep(pause)
        }
    }

    /// What the first serving node thinks of the cluster.
    package func view() throws(LocalServerError) -> ClusterView {
        guard let node = servingNodes.first else { throw .unsettled(after: .zero, state: "no node runs") }
        return try node.view()
    }

    /// Waits until all serving nodes think the same of all nodes and slots.
    package func waitUntilAgreed() throws(LocalServerError) {
        try Self.wait { () throws(LocalServerError) in try disagreement() }
    }

    private func disagreement() throws(LocalServerError) -> String? {
        var first: (node: LocalClusterNode, view: ClusterView)?
        for node in servingNodes {
            let view = try node.view()
            if let first, first.view.consensus != view.consensus {
                return "\(first.node) and \(node) think differently of it"
            }
            first = first ?? (node, view)
        }
        return nil
    }

    /// Waits until all serving nodes know and reach each other, think the same, take commands, and replicas follow.
    ///
    /// Slots that nobody has any more get an owner again.
    package func waitUntilSettled() throws(LocalServerError) {
        var nextRepair = ContinuousClock.now + Self.patienceWithLostSlots
        try Self.wait { () throws(LocalServerError) in
            if ContinuousClock.now > nextRepair {
                try adoptLostSlots()
                nextRepair = .now + Self.patienceWithLostSlots
            }
            for node in servingNodes {
                if let state = try unrest(of: node) { return "\(node) \(state)" }
            }
            return try disagreement()
        }
    }

    /// Does what `redis-cli --cluster fix` does for slots without an owner: a primary that knows of none takes them, if it
    /// can the one that has their keys.
    ///
    /// Servers lose a slot now and then if its primary dies soon after the slot was moved. The two connections between two
    /// nodes overtake each other, so a replica may take an older claim for a newer one for a moment. If it is promoted just
    /// then, it does not claim the slot, and the old primary, as its replica, has to let it go.
    private func adoptLostSlots() throws(LocalServerError) {
        var primaries: [(node: LocalClusterNode, view: ClusterView)] = []
        var claimed: Set<Int> = []
        for node in servingNodes {
            let view = try node.view()
            guard let member = view.member(node.id), member.isPrimary else { continue }
            primaries.append((node, view))
            for slots in member.slots { claimed.formUnion(slots) }
        }
        for slot in 0..<Self.slotCount where !claimed.contains(slot) {
            var heir: LocalClusterNode?
            for (node, view) in primaries where view.members.allSatisfy({ !$0.slots.contains { $0.contains(slot) } }) {
                let keys = try node.demand("CLUSTER", "COUNTKEYSINSLOT", "\(slot)").integer ?? 0
                if heir == nil || keys > 0 { heir = node }
            }
            guard let heir else { continue }
            try heir.demand("CLUSTER", "ADDSLOTS", "\(slot)")
            // The others may take it for another's still, and believe the newest only.
            try heir.demand("CLUSTER", "BUMPEPOCH")
        }
    }

    private func unrest(of node: LocalClusterNode) throws(LocalServerError) -> String? {
        let view = try node.view()
        for other in servingNodes {
            guard view.member(other.id)?.isReachable == true else { return "does not reach \(other)" }
        }
        if view.members.count > nodes.count { return "has got to know \(view.members.count) nodes" }
        let info = try node.demand("CLUSTER", "INFO").text ?? ""
        guard info.contains("cluster_state:ok") else {
            let slots = info.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("cluster_s") }
            return "says that the cluster is down: \(slots.joined(separator: ", "))"
        }
        let replication = try node.demand("INFO", "replication").text ?? ""
        let isLinked = replication.contains("role:master") || replication.contains("master_link_status:up")
        return isLinked ? nil : "does not follow its primary yet"
    }
}
