extension AsyncCache {
    /// The value of a key; if it has none, it is computed, stored with the cache's time to live, and returned.
    ///
    /// ```swift
    /// let pages = AsyncCache<String>.memory()
    /// let page = try await pages.getOrSet("front") { try await render("front") }
    /// ```
    ///
    /// Callers who miss the key at the same time share one computation: of this cache, whoever they are. If it throws,
    /// all of them get the error, and nothing is stored; the same if storing fails.
    ///
    /// The computation runs in a task of its own. A caller that is cancelled leaves at once with a `CancellationError`;
    /// the computation is cancelled when the last of its callers has been.
    ///
    /// A computation that asks for its own key waits for itself, for ever.
    /// One round trip for a hit, two for a miss.
    ///
    /// - Parameters:
    ///   - key: the key, without the cache's prefix.
    ///   - compute: makes the value.
    @inlinable
    public func getOrSet(
        _ key: String, compute: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await getOrSet(key, timeToLive: timeToLive, compute: compute)
    }

    /// The value of a key; if it has none, it is computed, stored with a time to live, and returned.
    ///
    /// It does as ``getOrSet(_:compute:)`` does.
    ///
    /// - Parameters:
    ///   - key: the key, without the cache's prefix.
    ///   - timeToLive: how long a computed value lives, shortened by ``CacheOptions/jitter``; nil is for ever. Of
    ///     callers who share a computation, that of the first counts.
    ///   - compute: makes the value.
    @inlinable
    public func getOrSet(
        _ key: String, timeToLive: Duration?, compute: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let mark = flights.mark
        if let value = try await store.get(key) { return value }
        return try await computeMissing(key, since: mark, timeToLive: timeToLive, compute)
    }

    /// The values of keys; those missing are computed together, stored with the cache's time to live, and returned too.
    ///
    /// ```swift
    /// let cache = AsyncCache<String>.memory()
    /// let users = try await cache.getOrSetMany(["1", "2", "3"]) { missing in
    ///     try await loadUsers(missing)
    /// }
    /// ```
    ///
    /// Each missing key is computed once, however many callers miss it at the same time, be it here or in
    /// ``getOrSet(_:compute:)``: `compute` gets those that nobody computes yet. It runs in a task of its own, as in
    /// ``getOrSet(_:compute:)``.
    ///
    /// One round trip if all keys have a value, two if not.
    ///
    /// - Parameters:
    ///   - keys: the keys, without the cache's prefix. One that is given twice is computed once.
    ///   - compute: makes the values. Keys that it leaves out are left out of the result, and nothing is stored for
    ///     them; keys that it was not asked for are ignored.
    public func getOrSetMany(
        _ keys: [String], compute: @escaping @Sendable (_ missing: [String]) async throws -> [String: Value]
    ) async throws -> [String: Value] {
        try await getOrSetMany(keys, timeToLive: timeToLive, compute: compute)
    }

    /// The values of keys; those missing are computed together, stored with a time to live, and returned too.
    ///
    /// It does as ``getOrSetMany(_:compute:)`` does.
    ///
    /// - Parameters:
    ///   - keys: the keys, without the cache's prefix. One that is given twice is computed once.
    ///   - timeToLive: how long computed values live, shortened by ``CacheOptions/jitter``; nil is for ever.
    ///   - compute: makes the values.
    public func getOrSetMany(
        _ keys: [String], timeToLive: Duration?,
        compute: @escaping @Sendable (_ missing: [String]) async throws -> [String: Value]
    ) async throws -> [String: Value] {
        let mark = flights.mark
        let found = try await getMany(keys)
        var seen: Set<String> = []
        let missing = keys.filter { found[$0] == nil && seen.insert($0).inserted }
        if missing.isEmpty { return found }
        let computed = try await flights.values(of: missing, since: mark) { keys, isStale in
            let stored = isStale ? try await getMany(keys) : [:]
            let missing = keys.filter { stored[$0] == nil }
            if missing.isEmpty { return stored }
            let wanted = Set(missing)
            let values = try await observing(missing) { try await compute(missing) }.filter { wanted.contains($0.key) }
            try await setMany(values, timeToLive: options.jittered(timeToLive))
            return stored.merging(values) { _, last in last }
        }
        let asked = Set(missing)
        return found.merging(computed.filter { asked.contains($0.key) }) { _, last in last }
    }
}

extension AsyncCache {
    @usableFromInline
    func computeMissing(
        _ key: String, since mark: Int, timeToLive: Duration?, _ compute: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await getOrCompute(key, since: mark, compute: compute) { value in
            try await store.set(key, to: value, timeToLive: options.jittered(timeToLive), ifNotExists: false)
        }
    }

    /// The value of a key that was seen missing, computed and written by closures unless it has come meanwhile.
    func getOrCompute(
        _ key: String, since mark: Int, compute: @escaping @Sendable () async throws -> Value,
        write: @escaping @Sendable (_ value: Value) async throws -> Void
    ) async throws -> Value {
        var mark = mark
        while true {
            let values = try await flights.values(of: [key], since: mark) { _, isStale in
                if isStale, let value = try await store.get(key) { return [key: value] }
                let value = try await observing([key]) { try await compute() }
                try await write(value)
                return [key: value]
            }
            if let value = values[key] { return value }
            // Another caller computed many keys and left out this one.
            mark = flights.mark
            if let value = try await store.get(key) { return value }
        }
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
