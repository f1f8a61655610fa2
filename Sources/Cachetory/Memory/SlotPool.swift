/// Elements in slots, with the links that put them into queues, so that none needs an allocation of its own.
///
/// A freed slot is used again before the pool grows. The slots are in chunks, and those of full size never move: to grow
/// costs one chunk, however many there are.
///
/// It cannot be copied, as it owns the memory of its chunks.
struct SlotPool<Element>: ~Copyable {
    /// Where a slot is in its queue. The numbers are 32 bits wide, so that an entry of a memory store fits a cache line.
    struct Links {
        private var olderSlot: UInt32?
        private var newerSlot: UInt32?

        /// The slot before this one.
        var older: Int? {
            get { olderSlot.map(Int.init) }
            set { olderSlot = newValue.map(UInt32.init) }
        }

        /// The slot behind this one; of a free slot, the next free one.
        var newer: Int? {
            get { newerSlot.map(Int.init) }
            set { newerSlot = newValue.map(UInt32.init) }
        }
    }

    /// Not private, as in `S3FIFO`.
    struct Slot {
        var element: Element
        var links = Links()
    }

    /// How many slots the links can tell apart. The owner allocates no more.
    static var mostSlots: Int { Int(UInt32.max) }

    /// The slots of a chunk of full size, as a power of two: 1024.
    private static var bitsOfChunk: Int { 10 }
    private static var slotsOfChunk: Int { 1 << bitsOfChunk }

    /// The slots of the first chunk to begin with. It doubles up to full size, so that a small pool takes little memory.
    private static var smallestChunk: Int { 16 }

    /// All of full size but for the first while it is alone.
    private var chunks: [UnsafeMutablePointer<Slot>] = []

    /// How many slots the chunks have room for.
    private var room = 0

    private var firstFree: Int?

    /// How many slots there are, free ones included; every slot number is below it. Each is initialized.
    private(set) var capacity = 0

    /// How many slots have been moved to larger chunks so far.
    private(set) var moved = 0

    deinit {
        for (index, chunk) in chunks.enumerated() {
            chunk.deinitialize(count: min(capacity - index << Self.bitsOfChunk, Self.slotsOfChunk))
            chunk.deallocate()
        }
    }

    subscript(slot: Int) -> Element {
        _read { yield pointer(slot).pointee.element }
        // In place: `set` alone would copy the element out and in again for each change.
        _modify { yield &pointer(slot).pointee.element }
    }

    subscript(links slot: Int) -> Links {
        get { pointer(slot).pointee.links }
        set { pointer(slot).pointee.links = newValue }
    }

    /// Puts an element into a slot that belongs to no queue.
    mutating func allocate(_ element: Element) -> Int {
        guard let slot = firstFree else {
            if capacity == room { grow() }
            pointer(capacity).initialize(to: Slot(element: element))
            capacity += 1
            return capacity - 1
        }
        firstFree = pointer(slot).pointee.links.newer
        pointer(slot).pointee = Slot(element: element)
        return slot
    }

    /// Gives up a slot that belongs to no queue. Its element stays until the slot is used again.
    mutating func free(_ slot: Int) {
        pointer(slot).pointee.links.newer = firstFree
        firstFree = slot
    }

    @inline(__always)
    private func pointer(_ slot: Int) -> UnsafeMutablePointer<Slot> {
        chunks[slot &>> Self.bitsOfChunk] + (slot & (Self.slotsOfChunk - 1))
    }

    @inline(never)
    private mutating func grow() {
        guard room < Self.slotsOfChunk else {
            chunks.append(.allocate(capacity: Self.slotsOfChunk))
            room += Self.slotsOfChunk
            return
        }
        room = max(room * 2, Self.smallestChunk)
        let larger = UnsafeMutablePointer<Slot>.allocate(capacity: room)
        if let first = chunks.first {
            larger.moveInitialize(from: first, count: capacity)
            first.deallocate()
            moved += capacity
        }
        chunks = [larger]
    }
}
