/// How long the results of a cached function live.
///
/// ```swift
/// let cache = AsyncCache<Double>.memory()
/// let rate = cached(
///     in: cache, key: .readable("rate"), timeToLive: .byKey { $0.contains("EUR") ? .seconds(60) : .forever }
/// ) { (from: String, to: String) async throws in try await fetchRate(from, to) }
/// ```
public enum FunctionTimeToLive: Sendable {
    /// As long as the cache says.
    case ofCache

    /// All as long.
    case fixed(CacheTimeToLive)

    /// As long as a closure says of each key.
    case byKey(@Sendable (_ key: String) throws -> CacheTimeToLive)

    func value(for key: String) throws -> CacheTimeToLive {
        switch self {
        case .ofCache: .ofCache
        case .fixed(let timeToLive): timeToLive
        case .byKey(let make): try make(key)
        }
    }
}
