/// An asynchronous function whose results are cached: called like the function itself. `cached` makes it.
///
/// ```swift
/// let cache = AsyncCache<String>.memory()
/// let greeting = cached(in: cache, key: .readable("greeting")) { (name: String) async throws in "Hello, \(name)!" }
/// let text = try await greeting("Ada")
/// try await greeting.purge("Ada")
/// ```
public struct AsyncCachedFunction<Value: Sendable, each Argument: Sendable>: Sendable {
    /// The cache of all results; nil if chosen for each call.
    let cache: AsyncCache<Value>?

    /// Chooses the cache of a result, if not always the same.
    let chooseCache: (@Sendable (repeat each Argument) throws -> AsyncCache<Value>?)?

    let key: CachedFunctionKey<repeat each Argument>

    /// Nil if each result says for itself how it is to be cached.
    let timeToLive: CachedFunctionTimeToLive?
    let ifNotExists: Bool
    let exclude: @Sendable (_ key: String, _ value: Value) async throws -> Bool

    /// Off the caller's executor, as it belongs to no one of its callers.
    let function: @concurrent @Sendable (repeat each Argument) async throws -> Computed<Value>

    /// The cached result, or else the function's result, which is then cached.
    ///
    /// Concurrent callers with the same arguments share one call of the function, as in
    /// ``AsyncCache/getOrSet(_:timeToLive:compute:)``.
    public func callAsFunction(_ arguments: repeat each Argument) async throws -> Value {
        guard let cache = try cache(for: repeat each arguments) else {
            return try await function(repeat each arguments).value
        }
        let key = try key.text(repeat each arguments)
        // On a hit `timeToLive` is called only if early refreshes depend on it.
        let refreshesEarly = cache.fresh?.state.refreshesEarly == true
        let usual = refreshesEarly ? try (timeToLive ?? .ofCache).value(for: key) : .ofCache
        return try await cache.value(of: key, timeToLive: usual.duration(ofCache: cache.timeToLive)) {
            try await function(repeat each arguments)
        } decide: { computed in
            guard let timeToLive else { return ComputedValues([CacheKey(key): computed]) { cache.duration($0) } }
            var values = ComputedValues(values: [CacheKey(key): computed.value], ifNotExists: ifNotExists)
            values.isStored = !(try await exclude(key, computed.value))
            if values.isStored { values.timeToLive = cache.duration(try timeToLive.value(for: key)) }
            return values
        }
    }

    /// Removes the result for these arguments from the cache. It overtakes a call of the function in progress.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    public func purge(_ arguments: repeat each Argument) async throws -> Bool {
        guard let cache = try cache(for: repeat each arguments) else { return false }
        return try await cache.delete(key.text(repeat each arguments))
    }

    private func cache(for arguments: repeat each Argument) throws -> AsyncCache<Value>? {
        guard let chooseCache else { return cache }
        return try chooseCache(repeat each arguments)
    }
}

/// An asynchronous function of any number of arguments whose results are kept in a cache.
///
/// ```swift
/// let cache = AsyncCache<Double>.memory()
/// let rate = cached(in: cache, key: .readable("rate"), timeToLive: .fixed(.seconds(60))) {
///     (from: String, to: String) async throws in try await fetchRate(from, to)
/// }
/// let euros = try await rate("USD", "EUR")
/// ```
///
/// - Parameters:
///   - cache: stores the results.
///   - key: makes a key from the arguments.
///   - timeToLive: how long a result lives; the cache's own unless said otherwise.
///   - ifNotExists: whether to keep a readable result that another caller cached meanwhile.
///   - exclude: returns true for a key and value not to be cached.
///   - function: computes a result that is not in the cache.
public func cached<Value, each Argument>(
    in cache: AsyncCache<Value>, key: CachedFunctionKey<repeat each Argument>,
    timeToLive: CachedFunctionTimeToLive = .ofCache,
    ifNotExists: Bool = false,
    exclude: @escaping @Sendable (_ key: String, _ value: Value) async throws -> Bool = { _, _ in false },
    _ function: @escaping @concurrent @Sendable (repeat each Argument) async throws -> Value
) -> AsyncCachedFunction<Value, repeat each Argument> {
    AsyncCachedFunction(
        cache: cache, chooseCache: nil, key: key, timeToLive: timeToLive, ifNotExists: ifNotExists,
        exclude: exclude,
        function: { (arguments: repeat each Argument) async throws in
            Computed(try await function(repeat each arguments))
        })
}

/// An asynchronous function of any number of arguments, with a cache that is chosen for each call.
///
/// - Parameters:
///   - cache: chooses the cache by the arguments; nil calls without one.
///   - key: makes a key from the arguments.
///   - timeToLive: how long a result lives; the cache's own unless said otherwise.
///   - ifNotExists: whether to keep a readable result that another caller cached meanwhile.
///   - exclude: returns true for a key and value not to be cached.
///   - function: computes a result that is not in the cache.
public func cached<Value, each Argument>(
    in cache: @escaping @Sendable (repeat each Argument) throws -> AsyncCache<Value>?,
    key: CachedFunctionKey<repeat each Argument>, timeToLive: CachedFunctionTimeToLive = .ofCache,
    ifNotExists: Bool = false,
    exclude: @escaping @Sendable (_ key: String, _ value: Value) async throws -> Bool = { _, _ in false },
    _ function: @escaping @concurrent @Sendable (repeat each Argument) async throws -> Value
) -> AsyncCachedFunction<Value, repeat each Argument> {
    AsyncCachedFunction(
        cache: nil, chooseCache: cache, key: key, timeToLive: timeToLive, ifNotExists: ifNotExists,
        exclude: exclude,
        function: { (arguments: repeat each Argument) async throws in
            Computed(try await function(repeat each arguments))
        })
}

/// An asynchronous function of any number of arguments that says of each result how it is to be cached: see
/// ``Computed``.
///
/// ```swift
/// let cache = AsyncCache<Double?>.memory()
/// let rate = cached(in: cache, key: .readable("rate"), computing: { (from: String, to: String) async throws in
///     Computed(try await fetchRate(from, to), timeToLive: .seconds(60))
/// })
/// let euros = try await rate("USD", "EUR")
/// ```
///
/// - Parameters:
///   - cache: stores the results.
///   - key: makes a key from the arguments.
///   - function: computes a result that is not in the cache.
public func cached<Value, each Argument>(
    in cache: AsyncCache<Value>, key: CachedFunctionKey<repeat each Argument>,
    computing function: @escaping @concurrent @Sendable (repeat each Argument) async throws -> Computed<Value>
) -> AsyncCachedFunction<Value, repeat each Argument> {
    AsyncCachedFunction(
        cache: cache, chooseCache: nil, key: key, timeToLive: nil, ifNotExists: false,
        exclude: { _, _ in false }, function: function)
}

/// An asynchronous function that says of each result how it is to be cached, with a cache that is chosen for each call.
///
/// - Parameters:
///   - cache: chooses the cache by the arguments; nil calls without one.
///   - key: makes a key from the arguments.
///   - function: computes a result that is not in the cache.
public func cached<Value, each Argument>(
    in cache: @escaping @Sendable (repeat each Argument) throws -> AsyncCache<Value>?,
    key: CachedFunctionKey<repeat each Argument>,
    computing function: @escaping @concurrent @Sendable (repeat each Argument) async throws -> Computed<Value>
) -> AsyncCachedFunction<Value, repeat each Argument> {
    AsyncCachedFunction(
        cache: nil, chooseCache: cache, key: key, timeToLive: nil, ifNotExists: false,
        exclude: { _, _ in false }, function: function)
}
