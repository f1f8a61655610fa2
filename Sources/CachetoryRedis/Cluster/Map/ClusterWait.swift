/// The wait of one caller for other routes: a second of it is all there is, be it in several pieces.
struct ClusterWait<Pool: ClusterPool> {
    private let cluster: ClusterMap<Pool>
    private let slot: HashSlot?

    /// Since when it waits.
    private var since: Timestamp?

    /// - Parameter slot: nil for a caller to whom any node would do.
    init(_ cluster: ClusterMap<Pool>, for slot: HashSlot?) {
        self.cluster = cluster
        self.slot = slot
    }

    /// Until when to wait now; nil if that is no use any more.
    mutating func next(until deadline: Timestamp) -> Timestamp? {
        let now = Timestamp.now
        let begun = since ?? now
        since = begun
        let end = min(cluster.patience(for: slot, from: begun), deadline)
        return end > now ? end : nil
    }
}
