import Foundation

/// Chooses keys by Zipf's law: key k, counted from 1, with a probability in proportion to 1 / k^s.
///
/// An alias table (Walker, 1977; built as Vose did, 1991): each of n equal slots holds its own key up to a threshold and
/// one other key, its alias, above. A choice is one look into one slot, for any n; building takes time in proportion
/// to n.
struct ZipfTable: Sendable {
    /// The exponent s of the YCSB benchmark, close to what caches see.
    static let defaultExponent = 0.99

    private struct Slot {
        /// Below this the slot means its own key; the number is a fraction of 2^32.
        var threshold: UInt32
        var alias: UInt32
    }
    private let slots: [Slot]

    init(count: Int, exponent: Double = defaultExponent) {
        let weights = (1...count).map { pow(Double($0), -exponent) }
        let scale = Double(count) / weights.reduce(0, +)
        // How much of a slot each key fills; slots hold 1.
        var fill = weights.map { $0 * scale }
        var slots = (0..<count).map { Slot(threshold: .max, alias: UInt32($0)) }
        var small = fill.indices.filter { fill[$0] < 1 }
        var large = fill.indices.filter { fill[$0] >= 1 }
        while let poor = small.popLast(), let rich = large.last {
            slots[poor] = Slot(threshold: UInt32(fill[poor] * Double(UInt32.max)), alias: UInt32(rich))
            fill[rich] -= 1 - fill[poor]
            if fill[rich] < 1 { small.append(large.removeLast()) }
        }
        self.slots = slots
    }

    /// The key for a random number: its upper half chooses a slot, its lower half one of the two keys in it.
    func key(for random: UInt64) -> Int {
        let index = Int(((random >> 32) * UInt64(slots.count)) >> 32)
        let slot = slots[index]
        return UInt32(truncatingIfNeeded: random) <= slot.threshold ? index : Int(slot.alias)
    }
}
