/// Values by key, bounded, each with a deadline: what the memory backends share, as a plain value with no lock or clock.
///
/// Every operation takes the present time as a closure, for most do not need it. Values that were removed wait for
/// ``takeDropped()``, to be released where no lock is held: what a user's value does in its `deinit` is unknown.
///
/// It is no generic type. To code that is generic over the user's type and compiled before it is known, each part of a
/// generic store would be a look-up of metadata, and a hit took ten times as long.
struct MemoryStore {
    /// What is stored; a ``MemoryBox``.
    typealias Value = AnyObject & Sendable
    typealias Now = () -> MemoryInstant

    private struct Record {
        /// The key's bytes; empty in a free slot, and the value nil.
        var key: [UInt8]
        var value: (any Value)?
        var deadline = MemoryInstant.never
    }

    /// How many operations share a step of the sweep, and how many slots that step looks at. So each operation pays for
    /// one slot, and the clock is read seldom. What expires is gone after as many operations as there are slots.
    private static let sweepStep = 64

    private var records: S3FIFO<Record>

    /// Finds the slot of a key.
    private var table = KeyTable()

    /// How many keys have a deadline.
    private var expiring = 0

    /// Where the sweep goes on.
    private var hand = 0
    private var operations = 0

    /// The values removed since ``takeDropped()``.
    private var dropped: [any Value] = []

    /// - Parameter limit: what all values may cost together.
    init(limit: Int) {
        records = S3FIFO(limit: limit)
    }

    /// How many keys there are, with those that have expired and were not found yet.
    var count: Int { table.count }

    /// How many slots there are to sweep.
    var capacity: Int { records.capacity }

    mutating func get(_ key: MemoryKey, now: Now) -> (any Value)? {
        find(key, now: now).flatMap { records[$0].value }
    }

    /// Sets a key, for which others make room. A value that costs more than all may is dropped at once.
    ///
    /// - Returns: whether the value was set, which only `ifNotExists` and an existing key prevent.
    mutating func set(
        _ key: MemoryKey, to value: any Value, cost: Int, timeToLive: TimeToLive, ifNotExists: Bool = false, now: Now
    ) -> Bool {
        let found = find(key, now: now)
        if ifNotExists, found != nil { return false }
        guard cost <= records.limit, let deadline = Self.deadline(after: timeToLive, now: now) else {
            if let found { remove(found) }
            return true
        }
        let slot = found ?? makeSlot(for: key, cost: cost)
        if let found { setCost(cost, of: found) }
        if let old = records[slot].value { dropped.append(old) }
        records[slot].value = value
        setDeadline(deadline, of: slot)
        return true
    }

    /// - Returns: whether the key exists.
    mutating func expire(_ key: MemoryKey, in timeToLive: TimeToLive, now: Now) -> Bool {
        guard let slot = find(key, now: now) else { return false }
        if let deadline = Self.deadline(after: timeToLive, now: now) {
            setDeadline(deadline, of: slot)
        } else {
            remove(slot)
        }
        return true
    }

    /// - Returns: whether the key existed.
    mutating func delete(_ key: MemoryKey, now: Now) -> Bool {
        guard let slot = find(key, now: now) else { return false }
        remove(slot)
        return true
    }

    /// What is left to a key, nil if there is no such key.
    mutating func remainingTimeToLive(of key: MemoryKey, now: Now) -> TimeToLive? {
        guard let slot = find(key, now: now) else { return nil }
        return now().timeToLive(until: records[slot].deadline)
    }

    /// Removes what has expired from the next few slots.
    ///
    /// - Returns: how many keys that were.
    @discardableResult
    mutating func sweep(slots count: Int, now: Now) -> Int {
        let now = now()
        let before = self.count
        for _ in 0..<min(count, records.capacity) {
            hand = hand + 1 < records.capacity ? hand + 1 : 0
            if records[hand].deadline <= now { remove(hand) }
        }
        return before - self.count
    }

    /// Removes the keys among some slots that begin with these bytes.
    mutating func removeKeys(withPrefix prefix: [UInt8], slots: Range<Int>) {
        for slot in slots where records[slot].value != nil && records[slot].key.starts(with: prefix) { remove(slot) }
    }

    /// Hands over the values that were removed, if any.
    mutating func takeDropped() -> [any Value]? {
        dropped.isEmpty ? nil : exchange(&dropped, with: [])
    }

    /// The slot of a key, which counts as a use of it. One that has expired is removed.
    private mutating func find(_ key: MemoryKey, now: Now) -> Int? {
        operations &+= 1
        if expiring > 0, operations.isMultiple(of: Self.sweepStep) { sweep(slots: Self.sweepStep, now: now) }
        guard let slot = table.slot(hash: key.hash, where: { key.matches(records[$0].key) }) else {
            return nil
        }
        if records[slot].deadline < .never, records[slot].deadline <= now() {
            remove(slot)
            return nil
        }
        records.use(slot)
        return slot
    }

    /// Makes a slot for a new key.
    private mutating func makeSlot(for key: MemoryKey, cost: Int) -> Int {
        let slot = records.allocate(Record(key: Array(key.bytes)), hash: key.hash)
        makeRoom(for: slot, cost: cost)
        table.insert(slot, hash: key.hash)
        return slot
    }

    /// Changes what a key costs.
    private mutating func setCost(_ cost: Int, of slot: Int) {
        guard records.cost(of: slot) != cost else { return }
        records.unlink(slot)
        makeRoom(for: slot, cost: cost)
    }

    /// Links a slot once it fits.
    private mutating func makeRoom(for slot: Int, cost: Int) {
        while let victim = records.evict(toFit: cost) { empty(victim) }
        records.link(slot, cost: cost)
    }

    private mutating func remove(_ slot: Int) {
        records.unlink(slot)
        empty(slot)
    }

    /// Frees a slot that is not linked.
    private mutating func empty(_ slot: Int) {
        table.remove(slot, hash: records.hash(of: slot))
        setDeadline(.never, of: slot)
        if let value = records[slot].value { dropped.append(value) }
        records[slot] = Record(key: [])
        records.free(slot)
    }

    private mutating func setDeadline(_ deadline: MemoryInstant, of slot: Int) {
        if records[slot].deadline < .never { expiring -= 1 }
        if deadline < .never { expiring += 1 }
        records[slot].deadline = deadline
    }

    /// Nil for what is over.
    private static func deadline(after timeToLive: TimeToLive, now: Now) -> MemoryInstant? {
        timeToLive == .forever ? .never : now().advanced(by: timeToLive)
    }
}
