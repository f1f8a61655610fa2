/// How a cache behaves beyond what its parts decide.
///
/// ```swift
/// let counters = CacheCounters()
/// var options = CacheOptions(observer: counters)
/// options.jitter = 0.1
/// let cache = AsyncCache<String>.memory(options: options)
/// ```
public struct CacheOptions: Sendable {
    /// What happens to a stored value that cannot be read.
    public var decodeFailure: DecodeFailurePolicy

    /// By how much of itself a time to live may be shortened when a value was computed, at random: from 0, never, to 1.
    ///
    /// So keys that were computed together do not expire together. Those of one `getOrSetMany` share one time.
    public var jitter: Double

    /// From how many bytes on a stored `Data` is read off the caller's executor, where others wait for their turn; nil
    /// is never. Values are written there too, as long as the last one written was as large.
    ///
    /// Only ``AsyncCache`` heeds it.
    public var offloadThreshold: Int?

    /// Who is told of hits, misses and all else. Nothing is measured for nobody.
    public var observer: (any CacheObserver)?

    /// Options of the given values, and of the defaults for the rest: unreadable values count as missing, times to live
    /// are kept as they are, everything runs where the caller does, and nobody is told.
    public init(
        decodeFailure: DecodeFailurePolicy = .miss,
        jitter: Double = 0,
        offloadThreshold: Int? = nil,
        observer: (any CacheObserver)? = nil
    ) {
        self.decodeFailure = decodeFailure
        self.jitter = jitter
        self.offloadThreshold = offloadThreshold
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

    /// In seconds: 300 centuries. Of what lives longer, this is shaken off at most.
    private static let longestShortening = 1e12
}
