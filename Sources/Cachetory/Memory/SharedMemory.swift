import CachetoryLocking
import CachetorySmallFoundation

/// A memory store that any number of threads use at once, and its clock.
///
/// One lock guards all of it. It is held for tens of nanoseconds at a time, and operations on many keys are atomic, for
/// which a lock for each part of the keys would have to be taken in order. What takes long is done in steps, with the
/// lock released in between: evicting for a costly value, and looking at all entries. Only operations on many keys hold
/// it for longer, some hundred nanoseconds for each key.
final class SharedMemory: Sendable {
    typealias Value = MemoryStore.Value

    private struct State: ~Copyable {
        var store: MemoryStore
        var isClosed = false
    }

    /// How many slots are swept at a time, so that others get the lock in between.
    private static let sweepStep = 1024

    private let limit: Int
    private let hash = KeyHash()
    private let clock: MemoryClock
    private let state: YieldingLock<State>

    /// - Parameter limit: what all values may cost together.
    init(limit: Int, clock: MemoryClock) {
        self.limit = limit
        self.clock = clock
        state = YieldingLock(State(store: MemoryStore(limit: limit)))
    }

    /// How many keys there are, with those that have expired and were not found yet.
    var count: Int { state.withLock { $0.store.count } }

    func get(_ key: String) throws -> (any Value)? {
        try withStore(key) { store, key in store.get(key, now: { clock.now() }) }
    }

    func getMany(_ keys: [String]) throws -> [(key: String, value: any Value)] {
        try withStore { store in
            let now = clock.now()
            return keys.compactMap { key in
                hash.withKey(key) { store.get($0, now: { now }) }.map { (key, $0) }
            }
        }
    }

    func set(_ key: String, to value: any Value, cost: Int, timeToLive: TimeToLive, ifNotExists: Bool) throws -> Bool {
        try hash.withKey(key) { key in
            let setting = try withStore { store in
                var mayTouch = MemoryStore.evictionStep
                return store.set(
                    key, to: value, cost: cost, timeToLive: timeToLive, ifNotExists: ifNotExists, mayTouch: &mayTouch,
                    now: { clock.now() })
            }
            if setting.debt > 0 { try settle(key, setting.debt) }
            return setting.isSet
        }
    }

    func setMany(_ items: [(key: String, value: any Value, cost: Int)], timeToLive: TimeToLive) throws {
        let debts = try withStore { store in
            let now = clock.now()
            // As a rule each displaces one. What displaces many does so after all are set.
            var mayTouch = items.count + MemoryStore.evictionStep
            var debts: [(key: String, debt: Int)] = []
            for item in items {
                let setting = hash.withKey(item.key) {
                    store.set(
                        $0, to: item.value, cost: item.cost, timeToLive: timeToLive, mayTouch: &mayTouch, now: { now })
                }
                if setting.debt > 0 { debts.append((item.key, setting.debt)) }
            }
            return debts
        }
        for (key, debt) in debts {
            try hash.withKey(key) { try settle($0, debt) }
        }
    }

    func expire(_ key: String, at deadline: Date?) throws -> Bool {
        try expire(key, in: TimeToLive(until: deadline, now: clock.date()))
    }

    func expire(_ key: String, in timeToLive: TimeToLive) throws -> Bool {
        try withStore(key) { store, key in store.expire(key, in: timeToLive, now: { clock.now() }) }
    }

    func delete(_ key: String) throws -> Bool {
        try withStore(key) { store, key in store.delete(key, now: { clock.now() }) }
    }

    func deleteMany(_ keys: [String]) throws -> Int {
        try withStore { store in
            let now = clock.now()
            return keys.count { key in
                hash.withKey(key) { store.delete($0, now: { now }) }
            }
        }
    }

    func exists(_ key: String) throws -> Bool {
        try withStore(key) { store, key in store.exists(key, now: { clock.now() }) }
    }

    func getAndDelete(_ key: String) throws -> (any Value)? {
        try withStore(key) { store, key in store.getAndDelete(key, now: { clock.now() }) }
    }

    func touch(_ key: String, timeToLive: TimeToLive) throws -> (any Value)? {
        try withStore(key) { store, key in store.touch(key, timeToLive: timeToLive, now: { clock.now() }) }
    }

    func getWithTimeToLive(_ key: String) throws -> (value: any Value, timeToLive: TimeToLive)? {
        try withStore(key) { store, key in store.getWithTimeToLive(key, now: { clock.now() }) }
    }

    func getManyWithTimeToLive(
        _ keys: [String]
    ) throws -> [(key: String, value: any Value, timeToLive: TimeToLive)] {
        try withStore { store in
            let now = clock.now()
            return keys.compactMap { key in
                hash.withKey(key) { store.getWithTimeToLive($0, now: { now }) }
                    .map { (key: key, value: $0.value, timeToLive: $0.timeToLive) }
            }
        }
    }

    func clear() throws {
        // What was there is released after the lock.
        _ = try state.withLock { state throws(CacheBackendError) in
            guard !state.isClosed else { throw CacheBackendError.closed }
            return exchange(&state.store, with: MemoryStore(limit: limit))
        }
    }

    /// Removes every key that begins with a prefix, but for those that are set meanwhile.
    func clear(prefix: String) throws {
        let prefix = Array(prefix.utf8)
        var (next, capacity) = (0, Int.max)
        while next < capacity {
            try withStore { store in
                capacity = store.capacity
                store.removeKeys(withPrefix: prefix, slots: next..<max(next, min(next + Self.sweepStep, capacity)))
            }
            next += Self.sweepStep
            state.giveWay()
        }
    }

    func close() {
        _ = state.withLock { state in
            state.isClosed = true
            return exchange(&state.store, with: MemoryStore(limit: 0))
        }
    }

    /// What is left to a key, nil if there is no such key.
    func remainingTimeToLive(of key: String) throws -> TimeToLive? {
        try withStore(key) { store, key in store.remainingTimeToLive(of: key, now: { clock.now() }) }
    }

    /// Removes every key that has expired.
    ///
    /// - Returns: how many those were.
    func removeExpired() throws -> Int {
        var (removed, swept, capacity) = (0, 0, Int.max)
        while swept < capacity {
            removed += try withStore { store in
                capacity = store.capacity
                return store.sweep(slots: Self.sweepStep, now: { clock.now() })
            }
            swept += Self.sweepStep
            state.giveWay()
        }
        return removed
    }

    /// Evicts what a costly value displaces, in steps.
    @inline(never)
    private func settle(_ key: MemoryKey, _ debt: Int) throws {
        var debt = debt
        while debt > 0 {
            state.giveWay()
            debt = try withStore { store in store.settle(key, debt: debt) }
        }
    }

    /// Uses the store on one key, which is hashed before the lock.
    @inline(__always)
    private func withStore<Result>(
        _ key: String, _ body: (inout MemoryStore, MemoryKey) -> Result
    ) throws -> Result {
        try hash.withKey(key) { key in try withStore { store in body(&store, key) } }
    }

    /// Uses the store under the lock, and releases the values that it dropped after it.
    @inline(__always)
    private func withStore<Result>(_ body: (inout MemoryStore) -> Result) throws -> Result {
        let (result, dropped) = try state.withLock { state in
            guard !state.isClosed else { throw CacheBackendError.closed }
            let result = body(&state.store)
            return (result, state.store.takeDropped())
        }
        _ = dropped
        return result
    }
}
