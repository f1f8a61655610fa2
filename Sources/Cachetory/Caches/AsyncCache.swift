/// Values of one type by key, in any backend, used from `async` code.
///
/// ```swift
/// struct User: Codable { var name: String }
/// let users = try AsyncCache<User>(
///     url: "redis://localhost", serializer: "json", prefix: "user:", timeToLive: .seconds(600))
/// try await users.set("42", to: User(name: "Ada"))
/// let user = try await users.get("42")
/// ```
///
/// A cache turns values into what its backend stores, and puts its prefix before every key; it adds nothing else to the
/// path of a call. Copies of a cache are the same cache. Any number of tasks and threads may use it at once.
///
/// **Time to live.** A call that names none uses the cache's own, where nil is for ever; see ``CacheTimeToLive``.
///
/// **Keys** are compared by their UTF-8 bytes, as in Redis. Strings such as `é` in one scalar and in two look the same
/// and are equal to Swift, but are two keys here.
///
/// **Nil.** Where `Value` is an Optional, a stored `nil` is a value like any other: `get` answers `.some(nil)`.
///
/// Calls throw what the backend and the serializer throw. A stored value that cannot be read is a miss, unless
/// ``CacheOptions/decodeFailure`` says otherwise.
public struct AsyncCache<Value: Sendable>: Sendable {
    /// The backend, as one of values.
    ///
    /// Inlinable, as what uses it on a hit is: compiled without knowing the type of the values, it would spend more
    /// time on looking up that type's metadata than on a hit in memory.
    @usableFromInline let store: any AsyncCacheBackend<Value>

    @usableFromInline let singleFlight = SingleFlight<Value>()
    let options: CacheOptions

    /// The same object as ``store``, as the type that finds stale values; nil without ``CacheOptions/freshness``.
    let fresh: FreshAsyncBackend<Value>?

    /// Whether ``fresh`` is not nil, for inlined code, which cannot see it.
    @usableFromInline let hasFreshness: Bool

    /// How long a value lives if the call does not say; nil is for ever.
    public let timeToLive: Duration?

    /// What stands before all keys in the backend.
    public let prefix: String

    /// A cache over a backend.
    ///
    /// ```swift
    /// let backend = AsyncMemoryBackend<Data>(limit: .entries(10_000))
    /// let cache = AsyncCache(backend: backend, serializer: JSONCacheSerializer<[Int]>(), prefix: "numbers:")
    /// ```
    ///
    /// - Parameters:
    ///   - backend: where the values are. Caches with different prefixes may share one.
    ///   - serializer: how they are stored.
    ///   - prefix: what stands before all keys.
    ///   - timeToLive: how long a value lives if the call does not say; nil is for ever.
    ///   - options: all other options.
    public init<Wire>(
        backend: some AsyncCacheBackend<Wire>, serializer: some CacheSerializer<Value, Wire>, prefix: String = "",
        timeToLive: Duration? = nil, options: CacheOptions = CacheOptions()
    ) {
        var store: any AsyncCacheBackend<Value>
        if prefix.isEmpty, serializer is NoOpCacheSerializer<Value>,
            let backend = backend as? any AsyncCacheBackend<Value>
        {
            // Nothing is to be done to keys or values.
            store = backend
        } else {
            store = SerializedAsyncBackend(backend, serializer, prefix: prefix, options: options)
        }
        if let observer = options.observer {
            store = ObservedAsyncBackend(
                store, observer: observer, graceInBackend: options.freshness?.graceInBackend ?? .zero)
        }
        if let freshness = options.freshness {
            let fresh = FreshAsyncBackend(store, freshness)
            (self.fresh, self.store) = (fresh, fresh)
        } else {
            (fresh, self.store) = (nil, store)
        }
        hasFreshness = fresh != nil
        self.options = options
        self.timeToLive = timeToLive
        self.prefix = prefix
    }
}
