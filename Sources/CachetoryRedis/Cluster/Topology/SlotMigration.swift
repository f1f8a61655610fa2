import CachetoryRESP

/// Whether keys of a node's slots are on their way from it or to it, while the slots' owner stays the same. Nobody but the
/// two nodes knows.
enum SlotMigration {
    /// Redis: `CLUSTER NODES`
    static let question = Request(.reading("CLUSTER", "NODES"))

    /// A node lists its own, as in `[9->-292f…]` and `[9-<-292f…]`. One that refuses to tell has none.
    static func isUnderWay(_ reply: RESPReply) -> Bool {
        guard let nodes = reply.string else { return false }
        return nodes.contains("->-") || nodes.contains("-<-")
    }
}
