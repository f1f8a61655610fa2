/// A part of a ``KeyTable``: an open-addressing table with linear probing, of a fixed number of buckets.
///
/// Half of a hash is kept with each slot: it says where the search for it begins, and spares the owner nearly all
/// comparisons in vain.
///
/// It is a pointer to its memory, which its owner deallocates.
struct SmallKeyTable {
    private struct Header {
        var count = 0

        /// The buckets are a power of two, and this is one less.
        let mask: Int

        /// How many first bits all its hashes have in common.
        let bits: Int
    }

    private struct Bucket {
        var hash: UInt32

        /// ``empty`` if there is none. An optional would take half as much again.
        var slot: UInt32

        /// No slot has this number: see `SlotPool.mostSlots`.
        static let empty = UInt32.max
    }

    private let header: UnsafeMutablePointer<Header>

    /// Behind the header. Never more than three quarters are full, so that runs of full ones stay short and end.
    private var bucket: UnsafeMutablePointer<Bucket> {
        UnsafeMutableRawPointer(header + 1).assumingMemoryBound(to: Bucket.self)
    }

    /// - Parameters:
    ///   - buckets: how many; a power of two.
    ///   - bits: how many first bits all its hashes have in common.
    init(buckets: Int, bits: Int) {
        let size = MemoryLayout<Header>.stride + buckets * MemoryLayout<Bucket>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: MemoryLayout<Header>.alignment)
        header = memory.initializeMemory(as: Header.self, to: Header(mask: buckets - 1, bits: bits))
        UnsafeMutableRawPointer(header + 1)
            .initializeMemory(as: Bucket.self, repeating: Bucket(hash: 0, slot: Bucket.empty), count: buckets)
    }

    func deallocate() {
        header.deallocate()
    }

    var count: Int { header.pointee.count }

    var buckets: Int { header.pointee.mask + 1 }

    var bits: Int { header.pointee.bits }

    /// Whether it has no room for another slot.
    var isFull: Bool { (count + 1) * 4 > buckets * 3 }

    @inline(__always)
    func slot(hash: UInt32, where matches: (Int) -> Bool) -> Int? {
        let (bucket, mask) = (bucket, header.pointee.mask)
        var position = Int(hash) & mask
        while bucket[position].slot != Bucket.empty {
            if bucket[position].hash == hash, matches(Int(bucket[position].slot)) { return Int(bucket[position].slot) }
            position = (position + 1) & mask
        }
        return nil
    }

    /// Adds a slot that is not here, for which there is room.
    func insert(_ slot: UInt32, hash: UInt32) {
        let (bucket, mask) = (bucket, header.pointee.mask)
        var position = Int(hash) & mask
        while bucket[position].slot != Bucket.empty { position = (position + 1) & mask }
        bucket[position] = Bucket(hash: hash, slot: slot)
        header.pointee.count += 1
    }

    /// Takes out a slot that is here.
    func remove(_ slot: UInt32, hash: UInt32) {
        let (bucket, mask) = (bucket, header.pointee.mask)
        var hole = Int(hash) & mask
        while bucket[hole].slot != slot { hole = (hole + 1) & mask }
        // Those behind move up, except to before the place where the search for them begins.
        var position = (hole + 1) & mask
        while bucket[position].slot != Bucket.empty {
            // How many steps, around the end, from where it belongs and from the hole.
            let fromHome = (position - Int(bucket[position].hash)) & mask
            if fromHome >= (position - hole) & mask {
                bucket[hole] = bucket[position]
                hole = position
            }
            position = (position + 1) & mask
        }
        bucket[hole].slot = Bucket.empty
        header.pointee.count -= 1
    }

    func forEach(_ body: (_ slot: UInt32, _ hash: UInt32) -> Void) {
        for position in 0..<buckets where bucket[position].slot != Bucket.empty {
            body(bucket[position].slot, bucket[position].hash)
        }
    }
}
