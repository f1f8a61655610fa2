/// Elements in the slots of one array, with the links that put them into queues, so that none needs an allocation of its
/// own.
///
/// A freed slot is used again before the array grows.
struct SlotPool<Element> {
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

    private struct Slot {
        var element: Element
        var links = Links()
    }

    /// How many slots the links can tell apart. The owner allocates no more.
    static var mostSlots: Int { Int(UInt32.max) }

    private var slots: [Slot] = []
    private var firstFree: Int?

    /// How many slots there are, free ones included; every slot number is below it.
    var capacity: Int { slots.count }

    subscript(slot: Int) -> Element {
        _read { yield slots[slot].element }
        // In place: `set` alone would copy the element out and in again for each change.
        _modify { yield &slots[slot].element }
    }

    subscript(links slot: Int) -> Links {
        get { slots[slot].links }
        set { slots[slot].links = newValue }
    }

    /// Puts an element into a slot that belongs to no queue.
    mutating func allocate(_ element: Element) -> Int {
        guard let slot = firstFree else {
            slots.append(Slot(element: element))
            return slots.count - 1
        }
        firstFree = slots[slot].links.newer
        slots[slot] = Slot(element: element)
        return slot
    }

    /// Gives up a slot that belongs to no queue. Its element stays until the slot is used again.
    mutating func free(_ slot: Int) {
        slots[slot].links.newer = firstFree
        firstFree = slot
    }
}
