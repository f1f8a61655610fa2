import CachetoryLocking

/// Copies of values that a cache has read and stored, to serve after their time to live or while the backend is away.
///
/// What is read before a write of its key is not kept after it: see ``mark``. So a deleted value does not come back.
final class KeptValues<Value: Sendable>: Sendable {
    private struct Copy: Sendable {
        let value: Value
        /// When its time to live ends.
        let end: MemoryInstant
    }

    /// A point in time, to be taken before a value is read or written.
    struct Mark: Sendable {
        fileprivate let writes: Int
        fileprivate let clears: Int
        fileprivate let time: MemoryInstant
    }

    /// When keys were last written by this cache.
    private struct Writes {
        var stamps = KeyStamps()
        var clears = 0

        func isWritten(_ key: CacheKey, since mark: Mark) -> Bool {
            clears != mark.clears || stamps.isStamped(key, since: mark.writes)
        }
    }

    private let copies: TypedMemory<Copy>
    private let writes = Lock(Writes())
    private let grace: Duration
    private let clock: MemoryClock

    /// - Parameters:
    ///   - limit: how many copies there are at most.
    ///   - grace: how long a copy is kept after its time to live.
    init(limit: Int, grace: Duration, clock: MemoryClock) {
        copies = TypedMemory(limit: .entries(limit), clock: clock)
        self.grace = grace
        self.clock = clock
    }

    var mark: Mark {
        writes.withLock { Mark(writes: $0.stamps.mark, clears: $0.clears, time: clock.now()) }
    }

    // MARK: - Reading

    /// The copy of a key, and whether its time to live is over.
    func find(_ key: String) -> (value: Value, isStale: Bool)? {
        // Only a closed memory fails, and this one is never closed.
        guard let copy = (try? copies.get(key)) ?? nil else { return nil }
        return (copy.value, copy.end <= clock.now())
    }

    /// The stale copy of a key that is missing in the backend.
    ///
    /// If the copy's time to live is not over, somebody else has deleted the key: the copy is dropped, and this is nil.
    func findStale(_ key: String, since mark: Mark) -> Value? {
        guard let copy = find(key) else { return nil }
        if copy.isStale { return copy.value }
        let cacheKey = CacheKey(key)
        writes.withLock { writes in
            // What was stored since is newer than the answer.
            if !writes.isWritten(cacheKey, since: mark) { _ = try? copies.delete(key) }
        }
        return nil
    }

    // MARK: - Keeping

    /// Keeps a value that was read, unless its key was written meanwhile.
    ///
    /// - Parameters:
    ///   - remaining: what the backend says is left of its time to live.
    ///   - mark: taken before it was asked.
    func keep(_ value: Value, of key: String, _ remaining: RemainingTimeToLive, since mark: Mark) {
        let cacheKey = CacheKey(key)
        writes.withLock { writes in
            if !writes.isWritten(cacheKey, since: mark) { store(value, of: key, remaining, from: mark.time) }
        }
    }

    /// Drops the copies of keys that are about to be written.
    ///
    /// - Returns: a mark for the end of the write.
    func beginWriting(_ keys: [String]) -> Mark {
        let mark = stamp(keys)
        _ = try? copies.deleteMany(keys)
        return mark
    }

    /// A write has ended that leaves nothing to keep.
    func endWriting(_ keys: [String]) {
        _ = beginWriting(keys)
    }

    /// A write has ended: its values are kept, unless another write of the same key overlapped with it.
    ///
    /// Which of the two the backend executed last is not known.
    ///
    /// - Parameter isStored: whether the backend has the values. If not, their copies are stale at once, or the backend's not
    ///   having them would be taken for a deletion.
    func endWriting(
        _ items: [(key: String, value: Value)], _ remaining: RemainingTimeToLive, since mark: Mark,
        isStored: Bool = true
    ) {
        let keys = items.map { CacheKey($0.key) }
        let others = writes.withLock { writes in
            var others: [String] = []
            for (item, key) in zip(items, keys) {
                if writes.isWritten(key, since: mark) {
                    others.append(item.key)
                } else {
                    store(item.value, of: item.key, remaining, from: mark.time, isStale: !isStored)
                }
            }
            writes.stamps.stamp(keys)
            return others
        }
        if !others.isEmpty { _ = try? copies.deleteMany(others) }
    }

    /// Drops all copies.
    func clear() {
        writes.withLock { $0.clears += 1 }
        try? copies.clear()
    }

    private func stamp(_ keys: [String]) -> Mark {
        let keys = keys.map(CacheKey.init)
        return writes.withLock { writes in
            writes.stamps.stamp(keys)
            return Mark(writes: writes.stamps.mark, clears: writes.clears, time: clock.now())
        }
    }

    /// Keeps a value as stale from now on, unless its key was written meanwhile.
    func keepStale(_ value: Value, of key: String, since mark: Mark) {
        let cacheKey = CacheKey(key)
        writes.withLock { writes in
            if writes.isWritten(cacheKey, since: mark) { return }
            writes.stamps.stamp(CollectionOfOne(cacheKey))
            _ = try? copies.set(key, to: Copy(value: value, end: mark.time), timeToLive: grace, ifNotExists: false)
        }
    }

    private func store(
        _ value: Value, of key: String, _ remaining: RemainingTimeToLive, from time: MemoryInstant,
        isStale: Bool = false
    ) {
        switch remaining {
        case .forever:
            let copy = Copy(value: value, end: isStale ? time : .never)
            _ = try? copies.set(key, to: copy, timeToLive: isStale ? grace : nil, ifNotExists: false)
        case .after(let duration):
            guard let life = try? TimeToLive(duration), let end = time.advanced(by: life) else {
                _ = try? copies.delete(key)
                return
            }
            let copy = Copy(value: value, end: isStale ? time : end.earlier(by: Self.tolerance))
            // `set` counts from now, the time to live from the mark.
            let age = Duration.nanoseconds(max(0, clock.now().nanoseconds - time.nanoseconds))
            let rest = Self.sum(duration, grace).map { $0 - age }
            _ = try? copies.set(key, to: copy, timeToLive: rest, ifNotExists: false)
        }
    }

    /// By how many nanoseconds a copy's time to live ends early, or a key that the server has just let expire would
    /// look deleted. A server counts whole milliseconds, on a clock that it reads now and then.
    private static var tolerance: Int64 { 2_000_000 }

    /// What is too long to count is for ever.
    private static func sum(_ first: Duration, _ second: Duration) -> Duration? {
        let longest = Duration.milliseconds(TimeToLive.longestInMilliseconds)
        return first < longest / 2 && second < longest / 2 ? first + second : nil
    }
}

extension MemoryInstant {
    fileprivate func earlier(by nanoseconds: Int64) -> MemoryInstant {
        self == .never ? self : MemoryInstant(nanoseconds: self.nanoseconds - nanoseconds)
    }
}
