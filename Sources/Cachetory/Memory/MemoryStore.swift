/// Values by key, bounded, each with a deadline: what the memory backends share, as a plain value with no lock or
/// clock.
///
/// Every operation takes the present time as a closure, for most do not need it. Values that were removed wait for
/// ``takeDropped()``, to be released where no lock is held: what a user's value does in its `deinit` is unknown.
///
/// Every operation takes bounded time. A value that displaces more than a step's worth of others is stored at once, and
/// the rest is for ``settle(_:debt:)``, to be called until nothing is owed: meanwhile all of them together cost more
/// than the limit.
///
/// It is no generic type. To code that is generic over the user's type and compiled before it is known, each part of a
/// generic store would be a look-up of metadata, and a hit took ten times as long.
struct MemoryStore: ~Copyable {
    /// What is stored; a ``MemoryBox``.
    typealias Value = AnyObject & Sendable
    typealias Now = () -> MemoryInstant

    struct Record {
        /// The key's bytes; empty in a free slot, and the value nil.
        var key: [UInt8]
        var value: (any Value)?
        var deadline = MemoryInstant.never
    }

    /// How many operations share a step of the sweep, and how many slots that step looks at. So each operation pays for
    /// one slot, and the clock is read seldom. What expires is gone after as many operations as there are slots.
    private static let sweepStep = 64

    /// After how many entries looked at, or moved because the ghosts' memory grew, an operation evicts no more. The
    /// last that it evicts may take it past that, by 256 entries that are spared and one growth: see
    /// ``S3FIFO/evict(touched:)``.
    static let evictionStep = 64

    /// What came of ``set(_:to:cost:timeToLive:ifNotExists:mayTouch:now:)``.
    struct Setting: Equatable {
        /// Whether the value was set.
        var isSet: Bool

        /// How much is to be evicted for it yet, in costs.
        var debt = 0
    }

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

    /// How many slots and buckets have been moved so far because memory grew.
    var moved: Int { records.moved + table.moved }

    /// How many entries have been looked at so far to evict some.
    private(set) var touched = 0

    mutating func get(_ key: MemoryKey, now: Now) -> (any Value)? {
        find(key, now: now).flatMap { records[$0].value }
    }

    /// Sets a key, for which others make room. A value that costs more than all may is dropped at once.
    ///
    /// - Parameter mayTouch: after how many entries looked at or moved it evicts no more. It is less by those
    ///   afterwards.
    /// - Returns: whether the value was set. What prevents that is `ifNotExists` with an existing key, or with a value
    ///   that cannot be kept: a second caller would be told that it was the first.
    mutating func set(
        _ key: MemoryKey, to value: any Value, cost: Int, timeToLive: TimeToLive, ifNotExists: Bool = false,
        mayTouch: inout Int, now: Now
    ) -> Setting {
        let found = find(key, now: now)
        if ifNotExists, found != nil { return Setting(isSet: false) }
        let cost = min(cost, S3FIFO<Record>.largestLimit)
        let fits = cost <= records.limit
        guard fits, let deadline = Self.deadline(after: timeToLive, now: now) else {
            if let found { remove(found) }
            return Setting(isSet: fits || !ifNotExists)
        }
        var debt = 0
        let slot: Int
        if let found {
            slot = found
            if records.cost(of: slot) != cost {
                records.remove(slot)
                debt = makeRoom(for: slot, cost: cost, mayTouch: &mayTouch)
            }
        } else {
            slot = records.allocate(Record(key: Array(key.bytes)), hash: key.hash)
            debt = makeRoom(for: slot, cost: cost, mayTouch: &mayTouch)
            table.insert(slot, hash: key.hash)
        }
        if let old = records[slot].value { dropped.append(old) }
        records[slot].value = value
        setDeadline(deadline, of: slot)
        return Setting(isSet: true, debt: debt)
    }

    /// Goes on evicting for a key that was set and owes something.
    ///
    /// Who owes evicts as much as its value costs, whatever others set meanwhile. So the store is within its limit
    /// again when nobody owes anything. Where several values that need most of the store are set at the same time, the
    /// first that finds nothing left to evict is itself evicted.
    ///
    /// - Returns: what is owed still; 0 if it is done.
    mutating func settle(_ key: MemoryKey, debt: Int) -> Int {
        var (debt, mayTouch) = (debt, Self.evictionStep)
        let isAnythingLeft = pay(&debt, mayTouch: &mayTouch)
        if debt > 0, isAnythingLeft { return debt }
        // By its key: others may have deleted it or set it again, and used its slot for another.
        if let slot = slot(of: key), !records.isLinked(slot) {
            if isAnythingLeft { records.link(slot) } else { remove(slot) }
        }
        return 0
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

    mutating func exists(_ key: MemoryKey, now: Now) -> Bool {
        find(key, now: now) != nil
    }

    /// - Returns: the value that the key had.
    mutating func getAndDelete(_ key: MemoryKey, now: Now) -> (any Value)? {
        guard let slot = find(key, now: now) else { return nil }
        let value = records[slot].value
        remove(slot)
        return value
    }

    /// - Returns: the value of the key, which is gone if the time to live is over.
    mutating func touch(_ key: MemoryKey, timeToLive: TimeToLive, now: Now) -> (any Value)? {
        guard let slot = find(key, now: now) else { return nil }
        let value = records[slot].value
        if let deadline = Self.deadline(after: timeToLive, now: now) {
            setDeadline(deadline, of: slot)
        } else {
            remove(slot)
        }
        return value
    }

    mutating func getWithTimeToLive(_ key: MemoryKey, now: Now) -> (value: any Value, timeToLive: TimeToLive)? {
        guard let slot = find(key, now: now), let value = records[slot].value else { return nil }
        return (value, timeToLive(of: slot, now: now))
    }

    /// What is left to a key, nil if there is no such key.
    mutating func remainingTimeToLive(of key: MemoryKey, now: Now) -> TimeToLive? {
        find(key, now: now).map { timeToLive(of: $0, now: now) }
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
        guard let slot = slot(of: key) else { return nil }
        if records[slot].deadline < .never, records[slot].deadline <= now() {
            remove(slot)
            return nil
        }
        records.use(slot)
        return slot
    }

    @inline(__always)
    private func slot(of key: MemoryKey) -> Int? {
        table.slot(hash: key.hash, where: { key.matches(records[$0].key) })
    }

    /// Links a slot, if what has to go for it can go in this step.
    ///
    /// - Returns: what is owed otherwise, and then the slot is linked when it is paid.
    private mutating func makeRoom(for slot: Int, cost: Int, mayTouch: inout Int) -> Int {
        records.add(slot, cost: cost)
        var debt = cost
        _ = pay(&debt, mayTouch: &mayTouch)
        if debt == 0 { records.link(slot) }
        return debt
    }

    /// Evicts until the store is within its limit, or the debt is paid, or it may touch no more.
    ///
    /// - Parameters:
    ///   - debt: 0 afterwards in the first two cases.
    ///   - mayTouch: less by the entries that were looked at or moved afterwards.
    /// - Returns: false if there was nothing to evict any more.
    private mutating func pay(_ debt: inout Int, mayTouch: inout Int) -> Bool {
        while debt > 0, records.isOverLimit {
            guard mayTouch > 0 else { return true }
            var touched = 0
            let movedBefore = records.moved
            guard let victim = records.evict(touched: &touched) else { return false }
            self.touched += touched
            mayTouch -= touched + records.moved - movedBefore
            debt -= records.cost(of: victim)
            empty(victim)
        }
        debt = 0
        return true
    }

    /// What is left to the key of a slot. The clock is read only where there is a deadline.
    private func timeToLive(of slot: Int, now: Now) -> TimeToLive {
        let deadline = records[slot].deadline
        return deadline < .never ? now().timeToLive(until: deadline) : .forever
    }

    private mutating func remove(_ slot: Int) {
        records.remove(slot)
        empty(slot)
    }

    /// Frees a slot that was removed from the queues.
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
