/// Which of several nodes' views of the cluster counts.
package enum TopologyChoice {
    /// The view of a node that takes commands, then the newest one, then that which knows the owners of most slots, and
    /// then that which most nodes share. The first of several that are as good.
    ///
    /// News beats a majority: after a failover few nodes know of it at first, and those that are cut off from the others may
    /// be many.
    package static func best(of views: [ClusterTopology]) -> ClusterTopology? {
        guard let best = views.map(Rank.init).max() else { return nil }
        let candidates = views.filter { Rank($0) == best }
        if candidates.count < 2 { return candidates.first }
        let votes = candidates.map { candidate in candidates.count { candidate.hasSameOwners(as: $0) } }
        return zip(candidates, votes).first { $1 == votes.max() }?.0
    }

    /// Whether another node should be asked, for these do not see the same.
    package static func differ(_ views: [ClusterTopology]) -> Bool {
        guard let first = views.first else { return false }
        return !views.dropFirst().allSatisfy { $0.isOK == first.isOK && $0.hasSameOwners(as: first) }
    }

    private struct Rank: Comparable {
        let isOK: Bool
        let epoch: Int
        let coveredSlots: Int

        init(_ view: ClusterTopology) {
            (isOK, epoch, coveredSlots) = (view.isOK, view.epoch, view.coveredSlots)
        }

        static func < (left: Rank, right: Rank) -> Bool {
            (left.isOK ? 1 : 0, left.epoch, left.coveredSlots) < (right.isOK ? 1 : 0, right.epoch, right.coveredSlots)
        }
    }
}
