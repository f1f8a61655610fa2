/// A blocking function whose results are cached: called like the function itself. `cached` makes it.
///
/// ```swift
/// let cache = SyncCache<String>.memory()
/// let greeting = cached(in: cache, key: .readable("greeting")) { (name: String) throws in "Hello, \(name)!" }
/// let text = try greeting("Ada")
/// try greeting.purge("Ada")
/// ```
public struct SyncCachedFunction<Value: Sendable, each Argument: Sendable>: Sendable {
    /// The cache of all results; nil if chosen for each call.
    let cache: SyncCache<Value>?

    /// Chooses the cache of a result, if not always the same.
    let chooseCache: (@Sendable (repeat each Argument) throws -> SyncCache<Value>?)?

    let key: CachedFunctionKey<repeat each Argument>

    /// Nil if each result says for itself how it is to be cached.
    let timeToLive: CachedFunctionTimeToLive?
    let ifNotExists: Bool
    let exclude: @Sendable (_ key: String, _ value: Value) throws -> Bool

    let function: @Sendable (repeat each Argument) throws -> Computed<Value>

    /// The cached result, or else the function's result, which is then cached.
    ///
    /// Concurrent callers with the same arguments share one call of the function, as in
    /// ``SyncCache/getOrSet(_:timeToLive:compute:)``.
    @available(*, noasync, message: "it blocks the thread; cache an async function")
    public func callAsFunction(_ arguments: repeat each Argument) throws -> Value {
        guard let cache = try cache(for: repeat each arguments) else {
            return try function(repeat each arguments).value
        }
        let key = try key.text(repeat each arguments)
        // On a hit `timeToLive` is called only if early refreshes depend on it.
        let refreshesEarly = cache.fresh?.state.refreshesEarly == true
        let usual = refreshesEarly ? try (timeToLive ?? .ofCache).value(for: key) : .ofCache
        return try cache.value(of: key, timeToLive: usual.duration(ofCache: cache.timeToLive)) {
            try function(repeat each arguments)
        } decide: { computed in
            guard let timeToLive else { return ComputedValues([CacheKey(key): computed]) { cache.duration($0) } }
            var values = ComputedValues(values: [CacheKey(key): computed.value], ifNotExists: ifNotExists)
            values.isStored = !(try exclude(key, computed.value))
            if values.isStored { values.timeToLive = cache.duration(try timeToLive.value(for: key)) }
            return values
        }
    }

    /// Removes the result for these arguments from the cache. It overtakes a call of the function in progress.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    @available(*, noasync, message: "it blocks the thread; cache an async function")
    public func purge(_ arguments: repeat each Argument) throws -> Bool {
        guard let cache = try cache(for: repeat each arguments) else { return false }
        return try cache.delete(key.text(repeat each arguments))
    }

    private func cache(for arguments: repeat each Argument) throws -> SyncCache<Value>? {
        guard let chooseCache else { return cache }
        return try chooseCache(repeat each arguments)
    }
}

/// A blocking function of any number of arguments whose results are kept in a cache.
///
/// ```swift
/// let cache = SyncCache<Double>.memory()
/// let rate = cached(in: cache, key: .readable("rate"), timeToLive: .fixed(.seconds(60))) {
///     (from: String, to: String) throws in try fetchRate(from, to)
/// }
/// let euros = try rate("USD", "EUR")
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
    in cache: SyncCache<Value>, key: CachedFunctionKey<repeat each Argument>,
    timeToLive: CachedFunctionTimeToLive = .ofCache,
    ifNotExists: Bool = false,
    exclude: @escaping @Sendable (_ key: String, _ value: Value) throws -> Bool = { _, _ in false },
    _ function: @escaping @Sendable (repeat each Argument) throws -> Value
) -> SyncCachedFunction<Value, repeat each Argument> {
    SyncCachedFunction(
        cache: cache, chooseCache: nil, key: key, timeToLive: timeToLive, ifNotExists: ifNotExists,
        exclude: exclude,
        function: { (arguments: repeat each Argument) throws in
            Computed(try function(repeat each arguments))
        })
}

/// A blocking function of any number of arguments, with a cache that is chosen for each call.
///
/// - Parameters:
///   - cache: chooses the cache by the arguments; nil calls without one.
///   - key: makes a key from the arguments.
///   - timeToLive: how long a result lives; the cache's own unless said otherwise.
///   - ifNotExists: whether to keep a readable result that another caller cached meanwhile.
///   - exclude: returns true for a key and value not to be cached.
///   - function: computes a result that is not in the cache.
public func cached<Value, each Argument>(
    in cache: @escaping @Sendable (repeat each Argument) throws -> SyncCache<Value>?,
    key: CachedFunctionKey<repeat each Argument>, timeToLive: CachedFunctionTimeToLive = .ofCache,
    ifNotExists: Bool = false,
    exclude: @escaping @Sendable (_ key: String, _ value: Value) throws -> Bool = { _, _ in false },
    _ function: @escaping @Sendable (repeat each Argument) throws -> Value
) -> SyncCachedFunction<Value, repeat each Argument> {
    SyncCachedFunction(
        cache: nil, chooseCache: cache, key: key, timeToLive: timeToLive, ifNotExists: ifNotExists,
        exclude: exclude,
        function: { (arguments: repeat each Argument) throws in
            Computed(try function(repeat each arguments))
        })
}

/// A blocking function of any number of arguments that says of each result how it is to be cached: see ``Computed``.
///
/// ```swift
/// let cache = SyncCache<Double?>.memory()
/// let rate = cached(in: cache, key: .readable("rate"), computing: { (from: String, to: String) throws in
///     Computed(try fetchRate(from, to), timeToLive: .seconds(60))
/// })
/// let euros = try rate("USD", "EUR")
/// ```
///
/// - Parameters:
///   - cache: stores the results.
///   - key: makes a key from the arguments.
///   - function: computes a result that is not in the cache.
public func cached<Value, each Argument>(
    in cache: SyncCache<Value>, key: CachedFunctionKey<repeat each Argument>,
    computing function: @escaping @Sendable (repeat each Argument) throws -> Computed<Value>
) -> SyncCachedFunction<Value, repeat each Argument> {
    SyncCachedFunction(
        cache: cache, chooseCache: nil, key: key, timeToLive: nil, ifNotExists: false,
        exclude: { _, _ in false }, function: function)
}

/// A blocking function that says of each result how it is to be cached, with a cache that is chosen for each call.
///
/// - Parameters:
///   - cache: chooses the cache by the arguments; nil calls without one.
///   - key: makes a key from the arguments.
///   - function: computes a result that is not in the cache.
public func cached<Value, each Argument>(
    in cache: @escaping @Sendable (repeat each Argument) throws -> SyncCache<Value>?,
    key: CachedFunctionKey<repeat each Argument>,
    computing function: @escaping @Sendable (repeat each Argument) throws -> Computed<Value>
) -> SyncCachedFunction<Value, repeat each Argument> {
    SyncCachedFunction(
        cache: nil, chooseCache: cache, key: key, timeToLive: nil, ifNotExists: false,
        exclude: { _, _ in false }, function: function)
}
