/// How long the results of a cached function live.
///
/// ```swift
/// let cache = AsyncCache<Double>.memory()
/// let rate = cached(
///     in: cache, key: .readable("rate"), timeToLive: .byKey { $0.contains("EUR") ? .seconds(60) : nil }
/// ) { (from: String, to: String) async throws in try await fetchRate(from, to) }
/// ```
public enum FunctionTimeToLive: Sendable {
    /// As long as the cache says.
    case ofCache

    /// All as long; nil is for ever.
    case fixed(Duration?)

    /// As long as a closure says of each key.
    case byKey(@Sendable (_ key: String) throws -> Duration?)

    func value(for key: String, default timeToLive: Duration?) throws -> Duration? {
        switch self {
        case .ofCache: timeToLive
        case .fixed(let timeToLive): timeToLive
        case .byKey(let make): try make(key)
        }
    }
}
