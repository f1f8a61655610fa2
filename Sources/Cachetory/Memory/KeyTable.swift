/// Finds slot numbers by the hash of what they hold: an open-addressing table with linear probing.
///
/// The keys are elsewhere, for the owner to compare, and are needed neither to grow nor to remove. Half of a hash is
/// kept with each slot: it says where the search for it begins, and spares the owner nearly all comparisons in vain.
struct KeyTable {
    private struct Bucket {
        var hash: UInt32
        /// Nil if the bucket is empty.
        var slot: UInt32?
    }

    /// A power of two, as are all that follow.
    private static let smallestSize = 16

    /// Never more than three quarters full, so that runs of full buckets stay short and end.
    private var buckets: [Bucket] = []
    private(set) var count = 0

    /// The slot with such a hash of which `matches` is true.
    func slot(hash: UInt64, where matches: (Int) -> Bool) -> Int? {
        guard count > 0 else { return nil }
        let hash = UInt32(truncatingIfNeeded: hash)
        var position = home(of: hash)
        while let slot = buckets[position].slot {
            if buckets[position].hash == hash, matches(Int(slot)) { return Int(slot) }
            position = next(position)
        }
        return nil
    }

    /// Adds a slot that is not here.
    mutating func insert(_ slot: Int, hash: UInt64) {
        if (count + 1) * 4 > buckets.count * 3 { grow() }
        put(Bucket(hash: UInt32(truncatingIfNeeded: hash), slot: UInt32(slot)))
        count += 1
    }

    /// Takes out a slot that is here.
    mutating func remove(_ slot: Int, hash: UInt64) {
        var hole = home(of: UInt32(truncatingIfNeeded: hash))
        while buckets[hole].slot != UInt32(slot) { hole = next(hole) }
        // Those behind move up, except to before the place where the search for them begins.
        var position = next(hole)
        while buckets[position].slot != nil {
            if distance(from: home(of: buckets[position].hash), to: position) >= distance(from: hole, to: position) {
                buckets[hole] = buckets[position]
                hole = position
            }
            position = next(position)
        }
        buckets[hole].slot = nil
        count -= 1
    }

    private mutating func grow() {
        let old = buckets
        buckets = Array(repeating: Bucket(hash: 0, slot: nil), count: max(old.count * 2, Self.smallestSize))
        for bucket in old where bucket.slot != nil { put(bucket) }
    }

    private mutating func put(_ bucket: Bucket) {
        var position = home(of: bucket.hash)
        while buckets[position].slot != nil { position = next(position) }
        buckets[position] = bucket
    }

    private func home(of hash: UInt32) -> Int { Int(hash) & (buckets.count - 1) }

    private func next(_ position: Int) -> Int { (position + 1) & (buckets.count - 1) }

    /// How many steps there are from one position to another, around the end.
    private func distance(from start: Int, to end: Int) -> Int { (end - start) & (buckets.count - 1) }
}
