/// How long the results of a cached function live.
///
/// ```swift
/// let cache = AsyncCache<Double>.memory()
/// let rate = cached(
///     in: cache, key: .readable("rate"), timeToLive: .byKey { $0.contains("EUR") ? .seconds(60) : .forever }
/// ) { (from: String, to: String) async throws in try await fetchRate(from, to) }
/// ```
public enum CachedFunctionTimeToLive: Sendable {
    /// The cache's own time to live.
    case ofCache

    /// The same for all results.
    case fixed(CacheTimeToLive)

    /// Chosen by a closure for each key.
    case byKey(@Sendable (_ key: String) throws -> CacheTimeToLive)

    func value(for key: String) throws -> CacheTimeToLive {
        switch self {
        case .ofCache: .ofCache
        case .fixed(let timeToLive): timeToLive
        case .byKey(let make): try make(key)
        }
    }
}
