extension SyncCache {
    /// The value of a key; if it has none, it is computed, stored, and returned.
    ///
    /// ```swift
    /// let pages = SyncCache<String>.memory()
    /// let page = try pages.getOrSet("front") { try render("front") }
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
    /// The first caller computes, on its own thread; the others block theirs until it has.
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
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func getOrSet(
        _ key: String, timeToLive: CacheTimeToLive = .ofCache, compute: () throws -> Value
    ) throws -> Value {
        if hasFreshness { return try getOrSetFresh(key, timeToLive, compute) }
        let mark = singleFlight.mark
        if let value = try store.get(key) { return value }
        return try computeMissing(key, since: mark, timeToLive: timeToLive, compute)
    }

    /// The value of a key; if it has none, it is computed, stored as the computation says, and returned.
    ///
    /// ```swift
    /// let users = SyncCache<String?>.memory(timeToLive: .seconds(600))
    /// let user = try users.getOrSet("42", computing: {
    ///     let user = try findUser("42")
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
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func getOrSet(_ key: String, computing compute: () throws -> Computed<Value>) throws -> Value {
        try value(of: key, timeToLive: timeToLive, compute: compute) { computed in
            ComputedValues([CacheKey(key): computed]) { duration($0) }
        }
    }

    /// The values of keys; those missing are computed together, stored, and returned too.
    ///
    /// ```swift
    /// let cache = SyncCache<String>.memory()
    /// let users = try cache.getOrSetMany(["1", "2", "3"]) { missing in
    ///     try loadUsers(missing)
    /// }
    /// ```
    ///
    /// Each missing key is computed once, however many callers miss it at the same time, here or in
    /// ``getOrSet(_:timeToLive:compute:)``: `compute` gets those that no other caller is computing. The caller
    /// computes, on its own thread, and then waits for keys that others are computing. Writes overtake it as in
    /// ``getOrSet(_:timeToLive:compute:)``: of several keys, those that were written are not stored.
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
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func getOrSetMany(
        _ keys: some Sequence<String>, timeToLive: CacheTimeToLive = .ofCache,
        compute: (_ missing: [String]) throws -> [String: Value]
    ) throws -> [String: Value] {
        try values(of: Array(keys), timeToLive: timeToLive.duration(ofCache: self.timeToLive), compute: compute) {
            computed in
            ComputedValues(values: computed, timeToLive: duration(timeToLive))
        }
    }

    /// The values of keys; those missing are computed together, stored as the computation says, and returned too.
    ///
    /// ```swift
    /// let cache = SyncCache<String>.memory()
    /// let pages = try cache.getOrSetMany(["a", "b"], computing: { missing in
    ///     try loadUsers(missing).mapValues { Computed($0, timeToLive: $0.isEmpty ? .seconds(5) : .seconds(60)) }
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
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func getOrSetMany(
        _ keys: some Sequence<String>, computing compute: (_ missing: [String]) throws -> [String: Computed<Value>]
    ) throws -> [String: Value] {
        try values(of: Array(keys), timeToLive: timeToLive, compute: compute) { computed in
            ComputedValues(computed) { duration($0) }
        }
    }
}

// MARK: - Computing

extension SyncCache {
    @usableFromInline
    func computeMissing(
        _ key: String, since mark: Int, timeToLive: CacheTimeToLive,
        _ compute: () throws -> Value
    ) throws -> Value {
        try withoutActuallyEscaping(compute) { compute in
            let plan = plan(key, compute) { value in
                ComputedValues(values: [CacheKey(key): value], timeToLive: duration(timeToLive))
            }
            return try getOrCompute(key, since: mark, plan)
        }
    }

    @usableFromInline
    func getOrSetFresh(
        _ key: String, _ timeToLive: CacheTimeToLive, _ compute: () throws -> Value
    ) throws -> Value {
        try value(of: key, timeToLive: timeToLive.duration(ofCache: self.timeToLive), compute: compute) { value in
            ComputedValues(values: [CacheKey(key): value], timeToLive: duration(timeToLive))
        }
    }

    /// The value of a key, computed if it is missing.
    ///
    /// - Parameters:
    ///   - timeToLive: that of computed values as a rule, by which an early refresh is decided.
    ///   - decide: tells how a computed value is to be stored.
    func value<Made>(
        of key: String, timeToLive: Duration?, compute: () throws -> Made,
        decide: @escaping (_ made: Made) throws -> ComputedValues<Value>
    ) throws -> Value {
        let mark = singleFlight.mark
        if fresh == nil, let value = try store.get(key) { return value }
        return try withoutActuallyEscaping(compute) { compute in
            let plan = plan(key, compute, decide)
            guard let fresh else { return try getOrCompute(key, since: mark, plan) }
            return try unwrappingFailures {
                try value(of: key, from: fresh, since: mark, timeToLive: timeToLive, plan)
            }
        }
    }

    /// The values of keys, computed if they are missing.
    private func values<Made>(
        of keys: [String], timeToLive: Duration?,
        compute: (_ missing: [String]) throws -> [String: Made],
        decide: @escaping (_ made: [CacheKey: Made]) -> ComputedValues<Value>
    ) throws -> [String: Value] {
        let mark = singleFlight.mark
        if let fresh {
            return try withoutActuallyEscaping(compute) { compute in
                let plan = plan(compute, decide)
                return try unwrappingFailures {
                    try values(of: keys, from: fresh, since: mark, timeToLive: timeToLive, plan)
                }
            }
        }
        let found = try getMany(keys)
        let missing = CacheKey.unique(keys.lazy.filter { found[$0] == nil })
        if missing.isEmpty { return found }
        let computed = try withoutActuallyEscaping(compute) { compute in
            try singleFlight.values(of: missing, since: mark, plan: plan(compute, decide))
        }
        return missing.reduce(into: found) { values, key in values[key.text] = computed[key] }
    }

    /// The value of a key that was seen missing, computed and stored unless it has come meanwhile.
    func getOrCompute(_ key: String, since mark: Int, _ plan: BlockingSingleFlight<Value>.Plan) throws -> Value {
        let key = CacheKey(key)
        var mark = mark
        while true {
            if let value = try singleFlight.values(of: [key], since: mark, plan: plan)[key] { return value }
            // Another caller computed many keys and left out this one.
            mark = singleFlight.mark
            if let value = try look([key])[key] { return value }
        }
    }

    /// How long a computed value lives.
    func duration(_ timeToLive: CacheTimeToLive) -> Duration? {
        options.jittered(timeToLive.duration(ofCache: self.timeToLive))
    }

    private func plan<Made>(
        _ key: String, _ compute: @escaping () throws -> Made,
        _ decide: @escaping (_ made: Made) throws -> ComputedValues<Value>
    ) -> BlockingSingleFlight<Value>.Plan {
        plan { _ in try decide(try observing([key]) { try compute() }) }
    }

    private func plan<Made>(
        _ compute: @escaping (_ missing: [String]) throws -> [String: Made],
        _ decide: @escaping (_ made: [CacheKey: Made]) -> ComputedValues<Value>
    ) -> BlockingSingleFlight<Value>.Plan {
        plan { keys in
            let texts = keys.map(\.text)
            let made = try observing(texts) { try compute(texts) }
            let asked = keys.compactMap { key in made[key.text].map { (key, $0) } }
            return decide(Dictionary(uniqueKeysWithValues: asked))
        }
    }

    private func plan(
        _ compute: @escaping (_ keys: [CacheKey]) throws -> ComputedValues<Value>
    ) -> BlockingSingleFlight<Value>.Plan {
        guard let fresh else {
            return BlockingSingleFlight.Plan(
                look: { try look($0) }, compute: compute, store: { try store.store($0) })
        }
        let state = fresh.state
        return BlockingSingleFlight.Plan(
            look: { try look($0) }, compute: compute, store: { try fresh.store($0) },
            computed: { computed, keys, time in state.note(computed, of: keys, after: time) },
            failed: { keys, error in state.note(error, of: keys) }, limit: state.limit)
    }

    private func look(_ keys: [CacheKey]) throws -> [CacheKey: Value] {
        if let fresh {
            let found = try fresh.findMany(keys.map(\.text))
            return zip(keys, found).reduce(into: [:]) { $0[$1.0] = $1.1.freshValue }
        }
        if keys.count == 1 { return try store.get(keys[0].text).map { [keys[0]: $0] } ?? [:] }
        let found = try store.getMany(keys.map(\.text))
        return Dictionary(found.map { (CacheKey($0.key), $0.value) }) { _, last in last }
    }

    /// Tells the observer of a computation of values, if there is one.
    private func observing<Result>(_ keys: [String], _ compute: () throws -> Result) throws -> Result {
        guard let observer = options.observer else { return try compute() }
        let observation = Observation(observer)
        do {
            let result = try compute()
            observation.end(.compute, keys)
            return result
        } catch {
            observation.end(.error(error), keys)
            throw error
        }
    }
}
