extension AsyncCache {
    /// The value of a key; if it has none, it is computed, stored, and returned.
    ///
    /// ```swift
    /// let pages = AsyncCache<String>.memory()
    /// let page = try await pages.getOrSet("front") { try await render("front") }
    /// ```
    ///
    /// Single flight: concurrent callers of this cache that miss the key share one computation. If it throws, all of
    /// them get the error, and nothing is stored; the same if storing fails.
    ///
    /// **A write overtakes.** If this cache sets, deletes or clears the key during the computation, waiting callers get
    /// the computed value, but it is not stored, and later callers compute anew. So once such a write has returned, no
    /// value is stored whose computation began before the write was called. Writes by other caches and other processes
    /// do not overtake.
    ///
    /// The computation runs in a task of its own, at the highest priority of its callers. A cancelled caller returns at
    /// once with a `CancellationError`; the computation is cancelled once all of its callers are, unless its value is
    /// already being stored.
    ///
    /// One round trip for a hit, two for a miss.
    ///
    /// - Parameters:
    ///   - key: the key, without the cache's prefix.
    ///   - timeToLive: how long a computed value lives, shortened by ``CacheOptions/jitter``; the cache's own unless
    ///     given. Among callers who share a computation, that of the first counts.
    ///   - compute: makes the value.
    /// - Throws: ``CacheError/cycle(_:)`` if the computation asks for its own key, directly or through others.
    @inlinable
    public func getOrSet(
        _ key: String, timeToLive: CacheTimeToLive = .ofCache, compute: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let mark = singleFlight.mark
        if let value = try await store.get(key) { return value }
        return try await computeMissing(key, since: mark, timeToLive: timeToLive, compute)
    }

    /// The values of keys; those missing are computed together, stored, and returned too.
    ///
    /// ```swift
    /// let cache = AsyncCache<String>.memory()
    /// let users = try await cache.getOrSetMany(["1", "2", "3"]) { missing in
    ///     try await loadUsers(missing)
    /// }
    /// ```
    ///
    /// Each missing key is computed once, however many callers miss it at the same time, here or in
    /// ``getOrSet(_:timeToLive:compute:)``: `compute` gets those that no other caller is computing. It runs in a task
    /// of its own, and writes overtake it, as in ``getOrSet(_:timeToLive:compute:)``: of several keys, those that were
    /// written are not stored.
    ///
    /// One round trip if all keys have a value, two if not.
    ///
    /// - Parameters:
    ///   - keys: the keys, without the cache's prefix. One that is given twice is computed once.
    ///   - timeToLive: how long computed values live, shortened by ``CacheOptions/jitter``; the cache's own unless
    ///     given.
    ///   - compute: makes the values. Keys that it leaves out are missing from the result, and nothing is stored for
    ///     them; keys that it was not asked for are ignored.
    /// - Throws: ``CacheError/equivalentKeys(_:_:)`` for two keys that a dictionary cannot tell apart;
    ///   ``CacheError/cycle(_:)`` if the computation asks for one of its own keys.
    public func getOrSetMany(
        _ keys: some Sequence<String>, timeToLive: CacheTimeToLive = .ofCache,
        compute: @escaping @Sendable (_ missing: [String]) async throws -> [String: Value]
    ) async throws -> [String: Value] {
        let mark = singleFlight.mark
        let keys = Array(keys)
        let found = try await getMany(keys)
        let missing = CacheKey.unique(keys.lazy.filter { found[$0] == nil })
        if missing.isEmpty { return found }
        let plan = plan { keys in
            let texts = keys.map(\.text)
            let computed = try await observing(texts) { try await compute(texts) }
            let asked = keys.compactMap { key in computed[key.text].map { (key, $0) } }
            return ComputedValues(
                values: Dictionary(uniqueKeysWithValues: asked),
                timeToLive: options.jittered(timeToLive.duration(ofCache: self.timeToLive)))
        }
        let computed = try await singleFlight.values(of: missing, since: mark, plan: plan)
        return missing.reduce(into: found) { values, key in values[key.text] = computed[key] }
    }
}

extension AsyncCache {
    @usableFromInline
    func computeMissing(
        _ key: String, since mark: Int, timeToLive: CacheTimeToLive,
        _ compute: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await getOrCompute(key, since: mark, compute: compute) { value in
            ComputedValues(
                values: [CacheKey(key): value],
                timeToLive: options.jittered(timeToLive.duration(ofCache: self.timeToLive)))
        }
    }

    /// The value of a key that was seen missing, computed and stored unless it has come meanwhile.
    ///
    /// - Parameter decide: tells how a computed value is to be stored.
    func getOrCompute(
        _ key: String, since mark: Int, compute: @escaping @Sendable () async throws -> Value,
        decide: @escaping @Sendable (_ value: Value) async throws -> ComputedValues<Value>
    ) async throws -> Value {
        let plan = plan { _ in try await decide(try await observing([key]) { try await compute() }) }
        let key = CacheKey(key)
        var mark = mark
        while true {
            if let value = try await singleFlight.values(of: [key], since: mark, plan: plan)[key] { return value }
            // Another caller computed many keys and left out this one.
            mark = singleFlight.mark
            if let value = try await store.get(key.text) { return value }
        }
    }

    private func plan(
        _ compute: @escaping @Sendable (_ keys: [CacheKey]) async throws -> ComputedValues<Value>
    ) -> SingleFlight<Value>.Plan {
        SingleFlight.Plan(
            look: { try await look($0) }, compute: compute, store: { try await write($0) })
    }

    private func look(_ keys: [CacheKey]) async throws -> [CacheKey: Value] {
        if keys.count == 1 { return try await store.get(keys[0].text).map { [keys[0]: $0] } ?? [:] }
        let found = try await store.getMany(keys.map(\.text))
        return Dictionary(found.map { (CacheKey($0.key), $0.value) }) { _, last in last }
    }

    private func write(_ computed: ComputedValues<Value>) async throws {
        guard computed.values.count == 1, let (key, value) = computed.values.first else {
            let items = computed.values.map { (key: $0.key.text, value: $0.value) }
            return try await store.setMany(items, timeToLive: computed.timeToLive)
        }
        let wasSet = try await store.set(
            key.text, to: value, timeToLive: computed.timeToLive, ifNotExists: computed.ifNotExists)
        // A value that cannot be read would stay, and be computed again and again.
        guard !wasSet, try await store.get(key.text) == nil else { return }
        try await store.set(key.text, to: value, timeToLive: computed.timeToLive, ifNotExists: false)
    }

    /// Tells the observer of a computation of values, if there is one.
    private func observing<Result>(_ keys: [String], _ compute: () async throws -> Result) async throws -> Result {
        guard let observer = options.observer else { return try await compute() }
        let observation = Observation(observer)
        do {
            let result = try await compute()
            observation.end(.compute, keys)
            return result
        } catch {
            observation.end(.error(error), keys)
            throw error
        }
    }
}
