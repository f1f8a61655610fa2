public import CachetorySmallFoundation

extension AsyncCache {
    /// A cache in memory of its own that stores any values as they are, without a serializer.
    ///
    /// ```swift
    /// let cache = AsyncCache<[String]>.memory(limit: .entries(1000), timeToLive: .seconds(60))
    /// ```
    public static func memory(
        limit: MemoryBackendLimit<Value> = .standard, timeToLive: Duration? = nil,
        options: CacheOptions = CacheOptions()
    ) -> AsyncCache {
        AsyncCache(
            backend: AsyncMemoryBackend(limit: limit), serializer: NoOpCacheSerializer(), timeToLive: timeToLive,
            options: options)
    }

    /// A cache that keeps nothing: for tests, and to switch caching off.
    ///
    /// ```swift
    /// let cache = isCacheOn ? AsyncCache<[String]>.memory() : .dummy()
    /// ```
    public static func dummy(options: CacheOptions = CacheOptions()) -> AsyncCache {
        AsyncCache(backend: AsyncDummyBackend(), serializer: NoOpCacheSerializer(), options: options)
    }
}

extension AsyncCache {
    /// A cache over the backend of a URL.
    ///
    /// ```swift
    /// let cache = try AsyncCache(url: "redis://localhost/0", serializer: StringCacheSerializer(), prefix: "text:")
    /// ```
    ///
    /// - Parameters:
    ///   - url: as in ``CacheBackendURL``.
    ///   - serializer: how values are stored.
    ///   - prefix: what stands before all keys.
    ///   - timeToLive: how long a value lives if the call does not say; nil is for ever.
    ///   - options: all other options.
    /// - Throws: ``CacheBackendURLError`` or ``RedisURLError``, which tell what is wrong with the URL.
    public init(
        url: String, serializer: some CacheSerializer<Value, Data>, prefix: String = "", timeToLive: Duration? = nil,
        options: CacheOptions = CacheOptions()
    ) throws {
        let backend = try CacheBackendURL(url).makeAsyncBackend()
        self.init(backend: backend, serializer: serializer, prefix: prefix, timeToLive: timeToLive, options: options)
    }
}

extension AsyncCache where Value: Codable {
    /// A cache whose backend and serializer are both given by URL, as in Python's cachetory.
    ///
    /// ```swift
    /// let cache = try AsyncCache<[String: Int]>(
    ///     url: "redis://localhost", serializer: "json+zlib://?compression-level=3")
    /// ```
    ///
    /// - Parameters:
    ///   - url: as in ``CacheBackendURL``.
    ///   - serializer: as in ``AnyCacheSerializer/init(url:)``.
    ///   - prefix: what stands before all keys.
    ///   - timeToLive: how long a value lives if the call does not say; nil is for ever.
    ///   - options: all other options.
    /// - Throws: ``CacheBackendURLError``, ``RedisURLError`` or ``CacheSerializationError``, which tell what is wrong
    ///   with either.
    public init(
        url: String, serializer: String, prefix: String = "", timeToLive: Duration? = nil,
        options: CacheOptions = CacheOptions()
    ) throws {
        try self.init(
            url: url, serializer: AnyCacheSerializer<Value, Data>(url: serializer), prefix: prefix,
            timeToLive: timeToLive,
            options: options)
    }
}
