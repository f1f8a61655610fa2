import CachetoryRedis

/// Where the keys of a run are in a cluster: the slot of each, which stays, and its node, which may change.
final class KeyPlaces: Sendable {
    private let slots: [HashSlot]
    private let owners: SlotOwners

    /// Into how many equal parts the slots are divided, as among the primaries of a new cluster: availability is measured in
    /// each.
    let parts: Int

    init(_ names: [String], owners: SlotOwners, parts: Int = 1) {
        slots = names.map { HashSlot(of: $0) }
        self.owners = owners
        self.parts = parts
    }

    /// The node of a key, as the client knows now; nil if nobody is known to serve it.
    func owner(of key: Int) -> SlotOwners.Owner? { owners.owner(of: slots[key]) }

    func isKey(_ key: Int, in set: SlotSet) -> Bool { set.contains(slots[key]) }

    /// The number of a key's part.
    func part(of key: Int) -> Int {
        // A slot on the boundary of two parts belongs to the second one.
        ((slots[key].number + 1) * parts - 1) / HashSlot.count
    }
}
