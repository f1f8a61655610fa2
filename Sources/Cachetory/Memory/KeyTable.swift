/// Finds slot numbers by the hash of what they hold: extendible hashing, by Fagin, Nievergelt, Pippenger and Strong, "A
/// fast access method for dynamic files", ACM TODS 1979, https://doi.org/10.1145/320083.320092.
///
/// A directory, indexed by the first bits of a hash, names the small table that the hash belongs to. A small table that is
/// full is split in two by one more bit. So to grow costs the buckets of one small table, however many there are, and
/// between the splits of a small table a doubling of the directory, a pointer for each thousand keys.
///
/// The keys are elsewhere, for the owner to compare, and are needed neither to grow nor to remove.
///
/// It cannot be copied, as it owns the small tables.
struct KeyTable: ~Copyable {
    /// Small tables double up to so many buckets, and are split from then on.
    static let mostBuckets = 2048

    /// With as many bits of a hash the directory could name all the slots that there can be. A small table that is full
    /// beyond it, or whose keys a split leaves together, doubles again.
    private static let mostBits = 21

    private static let fewestBuckets = 16

    /// A small table for each beginning of a hash; several may name the same, whose hashes begin with fewer bits.
    private var directory: [SmallKeyTable] = []

    /// By how many bits the directory is indexed.
    private var bits = 0

    private(set) var count = 0

    /// How many buckets have been moved to other small tables so far.
    private(set) var moved = 0

    deinit {
        var index = 0
        while index < directory.count {
            let table = directory[index]
            index += 1 << (bits - table.bits)
            table.deallocate()
        }
    }

    /// The slot with such a hash of which `matches` is true.
    func slot(hash: UInt64, where matches: (Int) -> Bool) -> Int? {
        guard count > 0 else { return nil }
        let hash = UInt32(truncatingIfNeeded: hash)
        return directory[index(of: hash)].slot(hash: hash, where: matches)
    }

    /// Adds a slot that is not here.
    mutating func insert(_ slot: Int, hash: UInt64) {
        let hash = UInt32(truncatingIfNeeded: hash)
        if directory.isEmpty { directory.append(SmallKeyTable(buckets: Self.fewestBuckets, bits: 0)) }
        if directory[index(of: hash)].isFull { makeRoom(for: hash) }
        directory[index(of: hash)].insert(UInt32(slot), hash: hash)
        count += 1
    }

    /// Takes out a slot that is here.
    mutating func remove(_ slot: Int, hash: UInt64) {
        let hash = UInt32(truncatingIfNeeded: hash)
        directory[index(of: hash)].remove(UInt32(slot), hash: hash)
        count -= 1
    }

    /// Where the directory names the small table of a hash.
    @inline(__always)
    private func index(of hash: UInt32) -> Int { Int(hash) &>> (32 - bits) }

    @inline(never)
    private mutating func makeRoom(for hash: UInt32) {
        let table = directory[index(of: hash)]
        if table.buckets == Self.mostBuckets, table.bits < Self.mostBits {
            split(table, hash)
            // Unless all the hashes agree in one more bit, there is room now.
            guard directory[index(of: hash)].isFull else { return }
        }
        let full = directory[index(of: hash)]
        replace(full, hash, with: [SmallKeyTable(buckets: full.buckets * 2, bits: full.bits)])
    }

    private mutating func split(_ full: SmallKeyTable, _ hash: UInt32) {
        if full.bits == bits {
            var larger: [SmallKeyTable] = []
            larger.reserveCapacity(directory.count * 2)
            for table in directory {
                larger.append(table)
                larger.append(table)
            }
            directory = larger
            bits += 1
        }
        let halves = (0..<2).map { _ in SmallKeyTable(buckets: full.buckets, bits: full.bits + 1) }
        replace(full, hash, with: halves)
    }

    /// Puts new small tables, each for an equal part of its hashes, in the place of one.
    private mutating func replace(_ old: SmallKeyTable, _ hash: UInt32, with new: [SmallKeyTable]) {
        let places = 1 << (bits - old.bits)
        let start = index(of: hash) & ~(places - 1)
        for place in 0..<places {
            directory[start + place] = new[place * new.count / places]
        }
        old.forEach { slot, hash in directory[index(of: hash)].insert(slot, hash: hash) }
        moved += old.count
        old.deallocate()
    }
}
