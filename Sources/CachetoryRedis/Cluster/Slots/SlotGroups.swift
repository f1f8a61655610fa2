/// The keys of a request, by their slots: the groups in the order in which their slots appear first, and the keys of each in
/// their own order. In linear time.
struct SlotGroups: Sendable {
    enum Grouping {
        /// There are no keys.
        case empty
        /// All are of one slot.
        case one(HashSlot)
        case several(SlotGroups)
    }

    /// The slot of each group.
    private(set) var slots: [HashSlot] = []

    /// How many keys there are.
    var keyCount: Int { positions.count }

    /// The positions of the keys, those of a group side by side.
    private var positions: [Int]

    /// Where each group begins in ``positions``, and behind these, where the last one ends.
    private var starts: [Int] = [0]

    /// The positions of a group's keys.
    subscript(group: Int) -> ArraySlice<Int> { positions[starts[group]..<starts[group + 1]] }

    /// Looks at each key once.
    @inline(__always)
    static func grouping<Key>(_ keys: [Key], slot: (Key) -> HashSlot) -> Grouping {
        guard let first = keys.first.map(slot) else { return .empty }
        for position in 1..<max(1, keys.count) {
            let other = slot(keys[position])
            if other == first { continue }
            var slots = [HashSlot](repeating: first, count: position)
            slots.reserveCapacity(keys.count)
            slots.append(other)
            for key in keys[(position + 1)...] { slots.append(slot(key)) }
            return .several(SlotGroups(ofKeysIn: slots))
        }
        return .one(first)
    }

    /// - Parameter keySlots: the slot of each key.
    init(ofKeysIn keySlots: [HashSlot]) {
        var numbers = SlotNumbers(upTo: keySlots.count)
        var groups: [Int] = []
        groups.reserveCapacity(keySlots.count)
        var sizes: [Int] = []
        for slot in keySlots {
            let group = numbers.number(of: slot)
            groups.append(group)
            if group == sizes.count {
                sizes.append(0)
                slots.append(slot)
            }
            sizes[group] += 1
        }
        for size in sizes { starts.append(starts[starts.count - 1] + size) }
        // A counting sort.
        var ends = starts
        positions = [Int](repeating: 0, count: keySlots.count)
        for (position, group) in groups.enumerated() {
            positions[ends[group]] = position
            ends[group] += 1
        }
    }
}

/// Numbers slots in the order in which they are asked for: a hash table, for a few keys do not need a place for each slot.
private struct SlotNumbers {
    /// A slot with its number behind it; or ``none``.
    private var places: [UInt32]
    private var count: UInt32 = 0

    private static let none = UInt32.max

    init(upTo keys: Int) {
        // At most half full.
        let size = min(keys, HashSlot.count) * 2
        let capacity = 1 << (Int.bitWidth - max(1, size - 1).leadingZeroBitCount)
        places = [UInt32](repeating: Self.none, count: capacity)
    }

    mutating func number(of slot: HashSlot) -> Int {
        let stored = UInt32(slot.number)
        // Slots are hashes already.
        var place = slot.number & (places.count - 1)
        while places[place] != Self.none {
            if places[place] >> 16 == stored { return Int(places[place] & 0xFFFF) }
            place = (place + 1) & (places.count - 1)
        }
        places[place] = stored << 16 | count
        count += 1
        return Int(count - 1)
    }
}
