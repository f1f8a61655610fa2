import Synchronization

/// Counts what happens in a cache, or in several together.
///
/// ```swift
/// let counters = CacheCounters()
/// let cache = AsyncCache<String>.memory(options: CacheOptions(observer: counters))
/// _ = try await cache.get("missing")
/// print(counters.current.misses, counters.current.hitRatio ?? 0)
/// ```
public final class CacheCounters: CacheObserver {
    /// The counts at one moment.
    ///
    /// ```swift
    /// let counts = CacheCounters.Counts(hits: 3, misses: 1)
    /// print(counts.hitRatio ?? 0)  // 0.75
    /// ```
    public struct Counts: Sendable, Hashable {
        /// Keys looked up that had a value.
        public var hits: Int
        /// Keys looked up that had none, including those with an unreadable value.
        public var misses: Int
        /// Values set, computed ones included.
        public var sets: Int
        /// Keys that were asked to be deleted, whether they existed or not.
        public var deletes: Int
        /// Stored values that could not be read.
        public var decodeFailures: Int
        /// Keys whose value was computed.
        public var computes: Int
        /// Failed operations and computations, counted for each of their keys.
        public var errors: Int

        /// Creates the given counts, and zero for the rest.
        public init(
            hits: Int = 0, misses: Int = 0, sets: Int = 0, deletes: Int = 0, decodeFailures: Int = 0, computes: Int = 0,
            errors: Int = 0
        ) {
            self.hits = hits
            self.misses = misses
            self.sets = sets
            self.deletes = deletes
            self.decodeFailures = decodeFailures
            self.computes = computes
            self.errors = errors
        }

        /// The share of hits in all lookups; nil before the first.
        public var hitRatio: Double? {
            let lookups = hits + misses
            return lookups == 0 ? nil : Double(hits) / Double(lookups)
        }
    }

    private let hits = Atomic(0)
    private let misses = Atomic(0)
    private let sets = Atomic(0)
    private let deletes = Atomic(0)
    private let decodeFailures = Atomic(0)
    private let computes = Atomic(0)
    private let errors = Atomic(0)

    /// Counters that are all at zero.
    public init() {}

    /// The counts since it was made. Each is exact; an event during the read may be in one and not yet in another.
    public var current: Counts {
        Counts(
            hits: hits.load(ordering: .relaxed),
            misses: misses.load(ordering: .relaxed),
            sets: sets.load(ordering: .relaxed),
            deletes: deletes.load(ordering: .relaxed),
            decodeFailures: decodeFailures.load(ordering: .relaxed),
            computes: computes.load(ordering: .relaxed),
            errors: errors.load(ordering: .relaxed)
        )
    }

    /// Counts an event. It takes no lock.
    public func observe(_ event: CacheEvent) {
        switch event.kind {
        case .hit: hits.wrappingAdd(1, ordering: .relaxed)
        case .miss: misses.wrappingAdd(1, ordering: .relaxed)
        case .set: sets.wrappingAdd(1, ordering: .relaxed)
        case .delete: deletes.wrappingAdd(1, ordering: .relaxed)
        case .decodeFailure: decodeFailures.wrappingAdd(1, ordering: .relaxed)
        case .compute: computes.wrappingAdd(1, ordering: .relaxed)
        case .error: errors.wrappingAdd(1, ordering: .relaxed)
        }
    }
}
