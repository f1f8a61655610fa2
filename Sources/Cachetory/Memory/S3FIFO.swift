/// Elements of which some have to go when a new one comes, chosen by S3-FIFO: Yang, Zhang, Qiu, Yue and Rashmi, "FIFO
/// queues are all you need for cache eviction", SOSP '23, https://doi.org/10.1145/3600006.3613147.
///
/// A new element joins the small queue, a tenth of the cache. If it has been used more than once when it gets to the
/// front there, it moves on to the main queue; else it is evicted, and its hash stays for a while among the ghosts. What
/// comes back while it is a ghost joins the main queue at once. At the front of the main queue, what has been used since
/// goes to the back again, once for each of its last three uses. So the many keys that are used once pass through the
/// small queue without displacing the others, and a use moves nothing: it only counts up to three, where LRU links the
/// entry anew each time.
///
/// An element is known by the number of its slot, which never changes. What it costs is for the caller to say; the limit
/// is about the sum. Every operation takes bounded time: one whose element costs much evicts others one by one, as the
/// caller asks for it, and is not in a queue, so that it is not evicted itself, until it is told to be.
struct S3FIFO<Element>: ~Copyable {
    enum Queue { case small, main }

    /// Not private: Swift 6.3 fails to compile a type without copies that holds one, in the file of its owner.
    struct Entry {
        var element: Element
        let hash: UInt64
        var cost = 0
        var uses: UInt8 = 0
        var queue: Queue

        /// Whether it is in its queue.
        var isLinked = false
    }

    /// More uses than this make no difference.
    private static var mostUses: UInt8 { 3 }

    /// What is used more often than this in the small queue moves to the main queue.
    private static var usesInPassing: UInt8 { 1 }

    /// The small queue's part of the whole: one in so many.
    private static var partOfSmall: Int { 10 }

    /// How many used entries one eviction spares before it takes the next, used or not. Few are usual; but where all of a
    /// large cache has been used, the search would go around it while everybody waits.
    private static var longestSearch: Int { 256 }

    /// No limit is larger, so that the costs of all that many threads add at once can be summed up.
    static var largestLimit: Int { 1 << 55 }

    /// How many ghosts are forgotten for one that is remembered: one would do but for elements that others removed.
    private static var ghostsForgotten: Int { 2 }

    /// What all the entries may cost together.
    let limit: Int

    /// What all the elements cost, those that are not linked yet included.
    private var cost = 0
    private var costOfSmall = 0
    private var pool = SlotPool<Entry>()
    private var small = SlotQueue()
    private var main = SlotQueue()
    private var ghosts = GhostQueue()

    init(limit: Int) {
        self.limit = min(limit, Self.largestLimit)
    }

    /// How many elements are linked.
    var count: Int { small.count + main.count }

    /// Every slot number is below it.
    var capacity: Int { pool.capacity }

    /// Whether elements have to be evicted.
    var isOverLimit: Bool { cost > limit || count >= SlotPool<Entry>.mostSlots - 1 }

    /// How many slots and buckets have been moved so far because memory grew.
    var moved: Int { pool.moved + ghosts.moved }

    subscript(slot: Int) -> Element {
        _read { yield pool[slot].element }
        // In place, as in the pool.
        _modify { yield &pool[slot].element }
    }

    func hash(of slot: Int) -> UInt64 { pool[slot].hash }

    func cost(of slot: Int) -> Int { pool[slot].cost }

    func isLinked(_ slot: Int) -> Bool { pool[slot].isLinked }

    /// Counts a use of an element.
    mutating func use(_ slot: Int) {
        if pool[slot].uses < Self.mostUses { pool[slot].uses += 1 }
    }

    /// Gives an element a slot. It costs nothing and is not linked.
    mutating func allocate(_ element: Element, hash: UInt64) -> Int {
        pool.allocate(Entry(element: element, hash: hash, queue: ghosts.remove(hash) ? .main : .small))
    }

    /// Gives up a slot that was removed.
    mutating func free(_ slot: Int) {
        pool.free(slot)
    }

    /// Counts what a slot costs that costs nothing yet: no more than the limit.
    mutating func add(_ slot: Int, cost: Int) {
        pool[slot].cost = cost
        self.cost += cost
    }

    /// Puts a slot at the back of its queue.
    mutating func link(_ slot: Int) {
        pool[slot].isLinked = true
        switch pool[slot].queue {
        case .small:
            costOfSmall += pool[slot].cost
            small.append(slot, in: &pool)
        case .main:
            main.append(slot, in: &pool)
        }
    }

    /// Takes a slot out of its queue, if it is linked, and no longer counts what it costs.
    mutating func remove(_ slot: Int) {
        cost -= pool[slot].cost
        if pool[slot].isLinked { unlink(slot) }
    }

    /// Removes the element that has to go next, for the caller to free; nil if none is linked.
    ///
    /// - Parameter touched: how many elements were looked at for it, this one included, is added here.
    mutating func evict(touched: inout Int) -> Int? {
        var spared = 0
        while true {
            let isSmallFull = costOfSmall >= max(limit / Self.partOfSmall, 1)
            let queue: Queue = isSmallFull || main.count == 0 ? .small : .main
            guard let slot = queue == .small ? small.oldest : main.oldest else { return nil }
            touched += 1
            unlink(slot)
            let uses = pool[slot].uses
            guard uses > (queue == .small ? Self.usesInPassing : 0), spared < Self.longestSearch else {
                if queue == .small { remember(pool[slot].hash) }
                cost -= pool[slot].cost
                return slot
            }
            spared += 1
            pool[slot].uses = queue == .small ? 0 : uses - 1
            pool[slot].queue = .main
            link(slot)
        }
    }

    private mutating func unlink(_ slot: Int) {
        pool[slot].isLinked = false
        switch pool[slot].queue {
        case .small:
            costOfSmall -= pool[slot].cost
            small.remove(slot, in: &pool)
        case .main:
            main.remove(slot, in: &pool)
        }
    }

    /// Makes what was evicted a ghost. There are as many as the main queue may hold elements.
    private mutating func remember(_ hash: UInt64) {
        ghosts.insert(hash)
        ghosts.trim(to: count - count / Self.partOfSmall, atMost: Self.ghostsForgotten)
    }
}
