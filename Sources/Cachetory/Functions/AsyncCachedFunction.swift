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
    let timeToLive: CachedFunctionTimeToLive
    let ifNotExists: Bool
    let exclude: @Sendable (_ key: String, _ value: Value) async throws -> Bool
    /// Off the caller's executor, as it belongs to no one of its callers.
    let function: @concurrent @Sendable (repeat each Argument) async throws -> Value

    /// The cached result, or else the function's result, which is then cached.
    ///
    /// Concurrent callers with the same arguments share one call of the function, as in
    /// ``AsyncCache/getOrSet(_:timeToLive:compute:)``.
    public func callAsFunction(_ arguments: repeat each Argument) async throws -> Value {
        guard let cache = try cache(for: repeat each arguments) else {
            return try await function(repeat each arguments)
        }
        let key = try key.text(repeat each arguments)
        let mark = cache.singleFlight.mark
        if let value = try await cache.get(key) { return value }
        return try await cache.getOrCompute(key, since: mark) {
            try await function(repeat each arguments)
        } decide: { value in
            var computed = ComputedValues(values: [CacheKey(key): value], ifNotExists: ifNotExists)
            computed.isStored = !(try await exclude(key, value))
            if computed.isStored {
                let timeToLive = try timeToLive.value(for: key).duration(ofCache: cache.timeToLive)
                computed.timeToLive = cache.options.jittered(timeToLive)
            }
            return computed
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
        exclude: exclude, function: function)
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
        exclude: exclude, function: function)
}
