/// A computed value that says for itself how it is to be stored.
///
/// ```swift
/// let prices = AsyncCache<Double?>.memory()
/// let price = try await prices.getOrSet("tea", computing: {
///     guard let price = try await fetchPrice("tea") else {
///         // Nobody sells it: ask again soon.
///         return Computed(nil, timeToLive: .seconds(5))
///     }
///     return Computed(price, timeToLive: .seconds(600))
/// })
/// ```
public struct Computed<Value: Sendable>: Sendable {
    /// What the callers get.
    public var value: Value

    /// How long the value lives, shortened by ``CacheOptions/jitter``.
    public var timeToLive: CacheTimeToLive

    /// Whether the value is stored.
    public var isStored: Bool

    /// Whether the computation failed, and this is what to use instead.
    ///
    /// It is not stored. Callers get a stale value, if there is one, rather than this. With ``CacheOptions/freshness``
    /// the computation is not tried again for ``Freshness/retryPause``.
    public var isFailure: Bool

    /// A value to be stored for the cache's own time to live, unless said otherwise.
    public init(
        _ value: Value, timeToLive: CacheTimeToLive = .ofCache, isStored: Bool = true, isFailure: Bool = false
    ) {
        self.value = value
        self.timeToLive = timeToLive
        self.isStored = isStored
        self.isFailure = isFailure
    }

    /// A value for the callers of this computation alone.
    public static func notStored(_ value: Value) -> Computed {
        Computed(value, isStored: false)
    }

    /// What to use in place of a value that could not be computed.
    public static func failed(using value: Value) -> Computed {
        Computed(value, isStored: false, isFailure: true)
    }
}
