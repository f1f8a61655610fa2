/// The behaviour of a cache beyond that of its parts.
///
/// ```swift
/// let counters = CacheCounters()
/// var options = CacheOptions(observer: counters)
/// options.jitter = 0.1
/// let cache = AsyncCache<String>.memory(options: options)
/// ```
public struct CacheOptions: Sendable {
    /// What happens to a stored value that cannot be read.
    public var decodeFailure: CacheDecodeFailurePolicy

    /// The greatest fraction by which a computed value's time to live is shortened at random: from 0, never, to 1.
    ///
    /// So keys computed together do not expire together. Those of one `getOrSetMany` share one time.
    public var jitter: Double

    /// The size in bytes from which a stored `Data` is decoded off the caller's executor, so as not to delay other
    /// tasks; nil is never. Values are encoded there too, as long as the last one encoded was as large.
    ///
    /// Only ``AsyncCache`` uses it.
    public var offloadThreshold: Int?

    /// When stale values are served, and what happens while the backend is away; nil serves nothing stale, and throws
    /// the backend's errors.
    public var freshness: Freshness?

    /// The observer of hits, misses and all other events; nil measures nothing.
    public var observer: (any CacheObserver)?

    /// Options of the given values, and of the defaults for the rest: unreadable values count as missing, times to live
    /// are kept as they are, everything runs on the caller's executor, nothing stale is served, without an observer.
    public init(
        decodeFailure: CacheDecodeFailurePolicy = .miss,
        jitter: Double = 0,
        offloadThreshold: Int? = nil,
        freshness: Freshness? = nil,
        observer: (any CacheObserver)? = nil
    ) {
        self.decodeFailure = decodeFailure
        self.jitter = jitter
        self.offloadThreshold = offloadThreshold
        self.freshness = freshness
        self.observer = observer
    }

    /// The time to live of a value that was just computed.
    func jittered(_ timeToLive: Duration?) -> Duration? {
        guard let timeToLive, timeToLive > .zero, jitter > 0 else { return timeToLive }
        let share = Double.random(in: 0...min(jitter, 1))
        // What is too long for a number of seconds is refused by the backend, not here.
        let shortened = timeToLive - .seconds(min(timeToLive / .seconds(1), Self.longestShortening) * share)
        // Never nothing: that would mean that the value is over already.
        return max(shortened, .milliseconds(1))
    }

    /// In seconds: 300 centuries, the most that jitter takes off.
    private static let longestShortening = 1e12
}
