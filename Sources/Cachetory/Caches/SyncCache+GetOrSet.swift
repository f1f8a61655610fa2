extension SyncCache {
    /// The value of a key; if it has none, it is computed, stored, and returned.
    ///
    /// ```swift
    /// let pages = SyncCache<String>.memory()
    /// let page = try pages.getOrSet("front") { try render("front") }
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
    /// The first caller computes, on its own thread; the others block theirs until it has.
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
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func getOrSet(
        _ key: String, timeToLive: CacheTimeToLive = .ofCache, compute: () throws -> Value
    ) throws -> Value {
        let mark = singleFlight.mark
        if let value = try store.get(key) { return value }
        return try computeMissing(key, since: mark, timeToLive: timeToLive, compute)
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
    ///   ``CacheError/cycle(_:)`` if the computation asks for one of its own keys.
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func getOrSetMany(
        _ keys: some Sequence<String>, timeToLive: CacheTimeToLive = .ofCache,
        compute: (_ missing: [String]) throws -> [String: Value]
    ) throws -> [String: Value] {
        let mark = singleFlight.mark
        let keys = Array(keys)
        let found = try getMany(keys)
        let missing = CacheKey.unique(keys.lazy.filter { found[$0] == nil })
        if missing.isEmpty { return found }
        let computed = try values(of: missing, since: mark) { keys in
            let texts = keys.map(\.text)
            let computed = try observing(texts) { try compute(texts) }
            let asked = keys.compactMap { key in computed[key.text].map { (key, $0) } }
            return ComputedValues(
                values: Dictionary(uniqueKeysWithValues: asked),
                timeToLive: options.jittered(timeToLive.duration(ofCache: self.timeToLive)))
        }
        return missing.reduce(into: found) { values, key in values[key.text] = computed[key] }
    }
}

extension SyncCache {
    @usableFromInline
    func computeMissing(
        _ key: String, since mark: Int, timeToLive: CacheTimeToLive,
        _ compute: () throws -> Value
    ) throws -> Value {
        try getOrCompute(key, since: mark, compute: compute) { value in
            ComputedValues(
                values: [CacheKey(key): value],
                timeToLive: options.jittered(timeToLive.duration(ofCache: self.timeToLive)))
        }
    }

    /// The value of a key that was seen missing, computed and stored unless it has come meanwhile.
    ///
    /// - Parameter decide: tells how a computed value is to be stored.
    func getOrCompute(
        _ key: String, since mark: Int, compute: () throws -> Value,
        decide: (_ value: Value) throws -> ComputedValues<Value>
    ) throws -> Value {
        let key = CacheKey(key)
        var mark = mark
        while true {
            let values = try values(of: [key], since: mark) { _ in
                try decide(try observing([key.text]) { try compute() })
            }
            if let value = values[key] { return value }
            // Another caller computed many keys and left out this one.
            mark = singleFlight.mark
            if let value = try store.get(key.text) { return value }
        }
    }

    /// The values of keys that were seen missing, as the singleFlight bring them.
    private func values(
        of keys: [CacheKey], since mark: Int, _ compute: (_ keys: [CacheKey]) throws -> ComputedValues<Value>
    ) throws -> [CacheKey: Value] {
        try singleFlight.values(of: keys, since: mark, look: look, compute: compute, store: write)
    }

    private func look(_ keys: [CacheKey]) throws -> [CacheKey: Value] {
        if keys.count == 1 { return try store.get(keys[0].text).map { [keys[0]: $0] } ?? [:] }
        let found = try store.getMany(keys.map(\.text))
        return Dictionary(found.map { (CacheKey($0.key), $0.value) }) { _, last in last }
    }

    private func write(_ computed: ComputedValues<Value>) throws {
        guard computed.values.count == 1, let (key, value) = computed.values.first else {
            let items = computed.values.map { (key: $0.key.text, value: $0.value) }
            return try store.setMany(items, timeToLive: computed.timeToLive)
        }
        let wasSet = try store.set(
            key.text, to: value, timeToLive: computed.timeToLive, ifNotExists: computed.ifNotExists)
        // A value that cannot be read would stay, and be computed again and again.
        guard !wasSet, try store.get(key.text) == nil else { return }
        try store.set(key.text, to: value, timeToLive: computed.timeToLive, ifNotExists: false)
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
