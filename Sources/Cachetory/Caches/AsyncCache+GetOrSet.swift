extension AsyncCache {
    /// The value of a key; if it has none, it is computed, stored, and returned.
    ///
    /// ```swift
    /// let pages = AsyncCache<String>.memory()
    /// let page = try await pages.getOrSet("front") { try await render("front") }
    /// ```
    ///
    /// Single flight: concurrent callers of this cache that miss the key share one computation. If it throws, all of
    /// them get the error, and nothing is stored; the same if storing fails. ``CacheOptions/freshness`` can serve a
    /// stale value instead, and do without the backend.
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
    /// - Throws: ``CacheError/cycle(_:)`` if the computation asks for its own key, directly or through others;
    ///   ``CacheError/computationTimedOut(limit:)``, only with ``Freshness/limit``.
    @inlinable
    public func getOrSet(
        _ key: String, timeToLive: CacheTimeToLive = .ofCache, compute: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        if hasFreshness { return try await getOrSetFresh(key, timeToLive, compute) }
        let mark = singleFlight.mark
        if let value = try await store.get(key) { return value }
        return try await computeMissing(key, since: mark, timeToLive: timeToLive, compute)
    }

    /// The value of a key; if it has none, it is computed, stored as the computation says, and returned.
    ///
    /// ```swift
    /// let users = AsyncCache<String?>.memory(timeToLive: .seconds(600))
    /// let user = try await users.getOrSet("42", computing: {
    ///     let user = try await findUser("42")
    ///     return Computed(user, timeToLive: user == nil ? .seconds(10) : .ofCache)
    /// })
    /// ```
    ///
    /// As ``getOrSet(_:timeToLive:compute:)`` in all else.
    ///
    /// - Parameters:
    ///   - key: the key, without the cache's prefix.
    ///   - compute: makes the value, and says how long it lives and whether it is stored: see ``Computed``.
    /// - Throws: ``CacheError/cycle(_:)`` if the computation asks for its own key, directly or through others;
    ///   ``CacheError/computationTimedOut(limit:)``, only with ``Freshness/limit``.
    public func getOrSet(
        _ key: String, computing compute: @escaping @Sendable () async throws -> Computed<Value>
    ) async throws -> Value {
        try await value(of: key, timeToLive: timeToLive, compute: compute) { computed in
            ComputedValues([CacheKey(key): computed]) { duration($0) }
        }
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
    ///   ``CacheError/cycle(_:)`` if the computation asks for one of its own keys;
    ///   ``CacheError/computationTimedOut(limit:)``, only with ``Freshness/limit``.
    public func getOrSetMany(
        _ keys: some Sequence<String>, timeToLive: CacheTimeToLive = .ofCache,
        compute: @escaping @Sendable (_ missing: [String]) async throws -> [String: Value]
    ) async throws -> [String: Value] {
        try await values(of: Array(keys), timeToLive: timeToLive.duration(ofCache: self.timeToLive), compute: compute) {
            computed in
            ComputedValues(values: computed, timeToLive: duration(timeToLive))
        }
    }

    /// The values of keys; those missing are computed together, stored as the computation says, and returned too.
    ///
    /// ```swift
    /// let cache = AsyncCache<String>.memory()
    /// let pages = try await cache.getOrSetMany(["a", "b"], computing: { missing in
    ///     try await loadUsers(missing).mapValues { Computed($0, timeToLive: $0.isEmpty ? .seconds(5) : .seconds(60)) }
    /// })
    /// ```
    ///
    /// As ``getOrSetMany(_:timeToLive:compute:)`` in all else. Values of different times to live are stored in as many
    /// round trips.
    ///
    /// - Parameters:
    ///   - keys: the keys, without the cache's prefix. One that is given twice is computed once.
    ///   - compute: makes the values, and says of each how long it lives and whether it is stored: see ``Computed``.
    /// - Throws: ``CacheError/equivalentKeys(_:_:)`` for two keys that a dictionary cannot tell apart;
    ///   ``CacheError/cycle(_:)`` if the computation asks for one of its own keys;
    ///   ``CacheError/computationTimedOut(limit:)``, only with ``Freshness/limit``.
    public func getOrSetMany(
        _ keys: some Sequence<String>,
        computing compute: @escaping @Sendable (_ missing: [String]) async throws -> [String: Computed<Value>]
    ) async throws -> [String: Value] {
        try await values(of: Array(keys), timeToLive: timeToLive, compute: compute) { computed in
            ComputedValues(computed) { duration($0) }
        }
    }
}

// MARK: - Computing

extension AsyncCache {
    @usableFromInline
    func computeMissing(
        _ key: String, since mark: Int, timeToLive: CacheTimeToLive,
        _ compute: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let plan = plan(key, compute) { value in
            ComputedValues(values: [CacheKey(key): value], timeToLive: duration(timeToLive))
        }
        return try await getOrCompute(key, since: mark, plan)
    }

    @usableFromInline
    func getOrSetFresh(
        _ key: String, _ timeToLive: CacheTimeToLive, _ compute: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await value(of: key, timeToLive: timeToLive.duration(ofCache: self.timeToLive), compute: compute) { value in
            ComputedValues(values: [CacheKey(key): value], timeToLive: duration(timeToLive))
        }
    }

    /// The value of a key, computed if it is missing.
    ///
    /// - Parameters:
    ///   - timeToLive: that of computed values as a rule, by which an early refresh is decided.
    ///   - decide: tells how a computed value is to be stored.
    func value<Made: Sendable>(
        of key: String, timeToLive: Duration?, compute: @escaping @Sendable () async throws -> Made,
        decide: @escaping @Sendable (_ made: Made) async throws -> ComputedValues<Value>
    ) async throws -> Value {
        let mark = singleFlight.mark
        if let fresh {
            let plan = plan(key, compute, decide)
            return try await unwrappingFailures {
                try await value(of: key, from: fresh, since: mark, timeToLive: timeToLive, plan)
            }
        }
        if let value = try await store.get(key) { return value }
        return try await getOrCompute(key, since: mark, plan(key, compute, decide))
    }

    /// The values of keys, computed if they are missing.
    private func values<Made: Sendable>(
        of keys: [String], timeToLive: Duration?,
        compute: @escaping @Sendable (_ missing: [String]) async throws -> [String: Made],
        decide: @escaping @Sendable (_ made: [CacheKey: Made]) -> ComputedValues<Value>
    ) async throws -> [String: Value] {
        let mark = singleFlight.mark
        if let fresh {
            let plan = plan(compute, decide)
            return try await unwrappingFailures {
                try await values(of: keys, from: fresh, since: mark, timeToLive: timeToLive, plan)
            }
        }
        let found = try await getMany(keys)
        let missing = CacheKey.unique(keys.lazy.filter { found[$0] == nil })
        if missing.isEmpty { return found }
        let computed = try await singleFlight.values(of: missing, since: mark, plan: plan(compute, decide))
        return missing.reduce(into: found) { values, key in values[key.text] = computed[key] }
    }

    /// The value of a key that was seen missing, computed and stored unless it has come meanwhile.
    func getOrCompute(_ key: String, since mark: Int, _ plan: SingleFlight<Value>.Plan) async throws -> Value {
        let key = CacheKey(key)
        var mark = mark
        while true {
            if let value = try await singleFlight.values(of: [key], since: mark, plan: plan)[key] { return value }
            // Another caller computed many keys and left out this one.
            mark = singleFlight.mark
            if let value = try await look([key])[key] { return value }
        }
    }

    /// How long a computed value lives.
    func duration(_ timeToLive: CacheTimeToLive) -> Duration? {
        options.jittered(timeToLive.duration(ofCache: self.timeToLive))
    }

    private func plan<Made: Sendable>(
        _ key: String, _ compute: @escaping @Sendable () async throws -> Made,
        _ decide: @escaping @Sendable (_ made: Made) async throws -> ComputedValues<Value>
    ) -> SingleFlight<Value>.Plan {
        plan { _ in try await decide(try await observing([key]) { try await compute() }) }
    }

    private func plan<Made: Sendable>(
        _ compute: @escaping @Sendable (_ missing: [String]) async throws -> [String: Made],
        _ decide: @escaping @Sendable (_ made: [CacheKey: Made]) -> ComputedValues<Value>
    ) -> SingleFlight<Value>.Plan {
        plan { keys in
            let texts = keys.map(\.text)
            let made = try await observing(texts) { try await compute(texts) }
            let asked = keys.compactMap { key in made[key.text].map { (key, $0) } }
            return decide(Dictionary(uniqueKeysWithValues: asked))
        }
    }

    private func plan(
        _ compute: @escaping @Sendable (_ keys: [CacheKey]) async throws -> ComputedValues<Value>
    ) -> SingleFlight<Value>.Plan {
        guard let fresh else {
            return SingleFlight.Plan(
                look: { try await look($0) }, compute: compute, store: { try await store.store($0) })
        }
        let state = fresh.state
        return SingleFlight.Plan(
            look: { try await look($0) }, compute: compute, store: { try await fresh.store($0) },
            computed: { computed, keys, time in state.note(computed, of: keys, after: time) },
            failed: { keys, error in state.note(error, of: keys) }, limit: state.limit)
    }

    private func look(_ keys: [CacheKey]) async throws -> [CacheKey: Value] {
        if let fresh {
            let found = try await fresh.findMany(keys.map(\.text))
            return zip(keys, found).reduce(into: [:]) { $0[$1.0] = $1.1.freshValue }
        }
        if keys.count == 1 { return try await store.get(keys[0].text).map { [keys[0]: $0] } ?? [:] }
        let found = try await store.getMany(keys.map(\.text))
        return Dictionary(found.map { (CacheKey($0.key), $0.value) }) { _, last in last }
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
