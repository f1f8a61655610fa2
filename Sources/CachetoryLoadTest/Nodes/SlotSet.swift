import CachetoryRedis

/// Some of the slots of a cluster.
struct SlotSet: Sendable, Equatable {
    /// By the slots' numbers.
    private var isMember = Array(repeating: false, count: HashSlot.count)

    init(_ ranges: [ClosedRange<Int>]) {
        for range in ranges {
            for number in range.clamped(to: 0...HashSlot.count - 1) { isMember[number] = true }
        }
    }

    func contains(_ slot: HashSlot) -> Bool { isMember[slot.number] }
}
