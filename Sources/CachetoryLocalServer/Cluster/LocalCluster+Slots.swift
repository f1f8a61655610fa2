extension LocalCluster {
    /// How many slots are on their way at a time. More commands go in a write then; fewer clients are sent elsewhere at once.
    private static let slotsAtOnce = 16

    /// Gives slots to a primary with their keys, while clients go on, and returns when all nodes know of it.
    package func moveSlots(_ slots: ClosedRange<Int>, to target: LocalClusterNode) throws(LocalServerError) {
        try moveSlots(Array(slots)[...], to: target)
    }

    func moveSlots(_ slots: ArraySlice<Int>, to target: LocalClusterNode) throws(LocalServerError) {
        let view = try target.view()
        for owner in view.members where owner.isPrimary && owner.id != target.id {
            let owned = Set(owner.slots.flatMap { Array($0) })
            guard let source = nodes.first(where: { $0.id == owner.id }) else { continue }
            let mine = slots.filter(owned.contains)
            if mine.isEmpty { continue }
            var move = try SlotMove(from: source, to: target, options)
            for start in stride(from: 0, to: mine.count, by: Self.slotsAtOnce) {
                let batch = mine[start..<min(start + Self.slotsAtOnce, mine.count)]
                try move.begin(batch)
                for slot in batch { _ = try move.moveKeys(of: slot) }
                try move.end(batch)
            }
        }
        try waitUntilAgreed()
    }

    /// Begins to move a slot to another primary, and leaves it between the two: its primary asks clients to go to the other
    /// one for keys that it does not have.
    ///
    /// - Parameter movingKeys: how many of its keys are moved at once.
    package func beginMigration(
        ofSlot slot: Int, to target: LocalClusterNode, movingKeys: Int = 0
    ) throws(LocalServerError) -> SlotMigration {
        let migration = SlotMigration(
            slot: slot, source: try primary(ofSlot: slot), target: target, cluster: self)
        var move = try SlotMove(from: migration.source, to: target, options)
        try move.begin([slot])
        _ = try move.moveKeys(of: slot, atMost: movingKeys)
        return migration
    }
}

/// A slot on its way from one primary to another.
package struct SlotMigration: Sendable {
    package let slot: Int
    package let source: LocalClusterNode
    package let target: LocalClusterNode
    fileprivate let cluster: LocalCluster

    /// Moves more of its keys; returns how many there were.
    @discardableResult
    package func moveKeys(atMost count: Int = .max) throws(LocalServerError) -> Int {
        var move = try SlotMove(from: source, to: target, cluster.options)
        return try move.moveKeys(of: slot, atMost: count)
    }

    /// Moves what is left of the keys, makes the slot the target's, and returns when all nodes know of it.
    package func finish() throws(LocalServerError) {
        var move = try SlotMove(from: source, to: target, cluster.options)
        _ = try move.moveKeys(of: slot)
        try move.end([slot])
        try cluster.waitUntilAgreed()
    }

    /// Moves the keys back, so that the slot stays where it was. Clients miss them meanwhile.
    package func abandon() throws(LocalServerError) {
        // First of all: a primary that gives a slot away takes none of its keys.
        try source.demand("CLUSTER", "SETSLOT", "\(slot)", "STABLE")
        var back = try SlotMove(from: target, to: source, cluster.options)
        _ = try back.moveKeys(of: slot)
        try target.demand("CLUSTER", "SETSLOT", "\(slot)", "STABLE")
    }
}
