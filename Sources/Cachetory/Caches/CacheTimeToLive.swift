/// How long a stored value lives.
///
/// ```swift
/// let cache = AsyncCache<Int>.memory(timeToLive: .seconds(600))
/// try await cache.set("a", to: 1)                            // for ten minutes
/// try await cache.set("b", to: 2, timeToLive: .seconds(60))
/// try await cache.set("c", to: 3, timeToLive: .forever)
/// ```
///
/// It is no optional `Duration`, since nil could mean the cache's time to live or none at all. Zero or less expires at
/// once: there is no such key after the call. A positive time below a millisecond counts as one.
public enum CacheTimeToLive: Sendable, Hashable {
    /// The cache's own time to live.
    case ofCache

    /// Until it is removed or evicted.
    case forever

    /// A duration.
    case after(Duration)

    /// So many seconds.
    public static func seconds(_ seconds: some BinaryInteger) -> CacheTimeToLive { .after(.seconds(seconds)) }

    /// So many seconds.
    public static func seconds(_ seconds: Double) -> CacheTimeToLive { .after(.seconds(seconds)) }

    /// So many milliseconds.
    public static func milliseconds(_ milliseconds: some BinaryInteger) -> CacheTimeToLive {
        .after(.milliseconds(milliseconds))
    }

    /// So many milliseconds.
    public static func milliseconds(_ milliseconds: Double) -> CacheTimeToLive { .after(.milliseconds(milliseconds)) }

    /// What a backend is given; nil is for ever.
    func duration(ofCache timeToLive: Duration?) -> Duration? {
        switch self {
        case .ofCache: timeToLive
        case .forever: nil
        case .after(let duration): duration
        }
    }
}
