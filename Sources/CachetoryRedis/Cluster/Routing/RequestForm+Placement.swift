import CachetoryRESP

extension RequestForm {
    /// Where the request may be sent. In linear time; where all its keys are in one slot, without an allocation.
    func placement(isReadOnly: Bool) -> Placement {
        switch self {
        case .key(_, let key), .set(let key, _, _, _): .slot(HashSlot(of: key))
        case .keys(let name, let keys):
            switch SlotGroups.grouping(keys, slot: { HashSlot(of: $0) }) {
            case .empty: .keyless
            case .one(let slot): .slot(slot)
            case .several(let groups): RequestSplit.placement(name, keys, groups, isReadOnly: isReadOnly)
            }
        case .setAll(let items, let milliseconds):
            switch SlotGroups.grouping(items, slot: { HashSlot(of: $0.key) }) {
            case .empty: .keyless
            case .one(let slot): .slot(slot)
            case .several(let groups): .split(RequestSplit(setting: items, milliseconds: milliseconds, groups))
            }
        case .commands(let first, let rest):
            if rest.isEmpty {
                Placement(KeyPositions.route(of: first))
            } else {
                Placement(KeyPositions.route(ofAll: [first] + rest))
            }
        case .together(let forms): Self.placement(ofAll: forms)
        }
    }

    /// The slot of a request that has one key, as most do; nil where it has to be looked for.
    @inline(__always)
    var slotOfOnlyKey: HashSlot? {
        switch self {
        case .key(_, let key), .set(let key, _, _, _): HashSlot(of: key)
        case .commands, .keys, .setAll, .together: nil
        }
    }

    private static func placement(ofAll forms: [RequestForm]) -> Placement {
        var route = KeyPositions.Route.keyless
        for form in forms {
            switch form.placement(isReadOnly: false) {
            case .keyless: break
            case .slot(let slot): route.add(slot)
            case .split(let split): route.add(.severalSlots(first: split.parts[0].slot))
            case .severalSlots(let first): route.add(.severalSlots(first: first))
            }
        }
        return Placement(route)
    }

    /// Whether it is only assumed where the keys of a command stand: see ``KeyPositions/isKnown(_:)``.
    var assumesKeys: Bool {
        guard case .commands(let first, let rest) = self else { return false }
        return !KeyPositions.isKnown(first) || !rest.allSatisfy(KeyPositions.isKnown)
    }
}
