/// The keys that ``S3FIFO`` dropped from its small queue not long ago, as hashes, without their values.
///
/// One that comes back while it is here was dropped too early. Two keys of one hash only make the cache a little less
/// clever.
struct GhostQueue: ~Copyable {
    private var pool = SlotPool<UInt64>()
    private var queue = SlotQueue()

    /// Finds the slot of a hash.
    private var table = KeyTable()

    var count: Int { queue.count }

    /// How many slots and buckets have been moved so far because memory grew.
    var moved: Int { pool.moved + table.moved }

    func contains(_ hash: UInt64) -> Bool { slot(of: hash) != nil }

    /// Adds a hash as the newest.
    mutating func insert(_ hash: UInt64) {
        remove(hash)
        let slot = pool.allocate(hash)
        queue.append(slot, in: &pool)
        table.insert(slot, hash: hash)
    }

    /// Takes a hash out and says whether it was here.
    @discardableResult
    mutating func remove(_ hash: UInt64) -> Bool {
        guard let slot = slot(of: hash) else { return false }
        free(slot)
        return true
    }

    /// Forgets the oldest until no more than `count` are left, but only so many of them: the rest is for later calls.
    mutating func trim(to count: Int, atMost steps: Int) {
        for _ in 0..<steps {
            guard queue.count > count, let slot = queue.oldest else { return }
            free(slot)
        }
    }

    private func slot(of hash: UInt64) -> Int? {
        table.slot(hash: hash, where: { pool[$0] == hash })
    }

    private mutating func free(_ slot: Int) {
        table.remove(slot, hash: pool[slot])
        queue.remove(slot, in: &pool)
        pool.free(slot)
    }
}
