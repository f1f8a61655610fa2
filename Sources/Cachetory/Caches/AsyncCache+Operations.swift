public import CachetorySmallFoundation

extension AsyncCache {
    /// The value of a key, or nil if it has none. One round trip.
    @inlinable
    public func get(_ key: String) async throws -> Value? {
        try await store.get(key)
    }

    /// The value of a key, or another if it has none. One round trip.
    ///
    /// ```swift
    /// let cache = AsyncCache<Int>.memory()
    /// let visits = try await cache.get("visits", default: 0)
    /// ```
    @inlinable
    public func get(_ key: String, default value: @autoclosure () throws -> Value) async throws -> Value {
        if let found = try await store.get(key) { return found }
        return try value()
    }

    /// The values of those keys that have one. One round trip.
    ///
    /// - Throws: ``CacheError/equivalentKeys(_:_:)`` for two keys of different bytes which are equal as a `String`, as
    ///   they are with `é` as one scalar and as two: a dictionary cannot tell them apart, and ``getEach(_:)`` can.
    public func getMany(_ keys: some Sequence<String>) async throws -> [String: Value] {
        let keys = Array(keys)
        try CacheKey.checkDistinct(keys)
        return Dictionary(try await store.getMany(keys)) { _, last in last }
    }

    /// The value of each key in the order asked, nil for one that has none. One round trip.
    ///
    /// ```swift
    /// let cache = AsyncCache<Int>.memory()
    /// let keys = ["one", "two"]
    /// for (key, value) in zip(keys, try await cache.getEach(keys)) { print(key, value ?? 0) }
    /// ```
    public func getEach(_ keys: some Sequence<String>) async throws -> [Value?] {
        let keys = Array(keys)
        let found = try await store.getMany(keys)
        let values = Dictionary(found.map { (CacheKey($0.key), $0.value) }) { _, last in last }
        return keys.map { values[CacheKey($0)] }
    }

    /// Sets a key. One round trip.
    ///
    /// It overtakes a computation of the key in progress, as all writes do: see ``getOrSet(_:timeToLive:compute:)``.
    ///
    /// - Parameters:
    ///   - key: the key, without the cache's prefix.
    ///   - value: what is stored.
    ///   - timeToLive: how long it lives; the cache's own unless given.
    ///   - ifNotExists: whether to leave an existing key as it is.
    /// - Returns: whether the value was set. False only with `ifNotExists`: the key exists, or the value costs more
    ///   than a memory store's whole limit.
    @discardableResult
    public func set(
        _ key: String, to value: Value, timeToLive: CacheTimeToLive = .ofCache, ifNotExists: Bool = false
    ) async throws -> Bool {
        if !singleFlight.isIdle { try await singleFlight.overtake([key]) }
        let wasSet = try await store.set(
            key, to: value, timeToLive: timeToLive.duration(ofCache: self.timeToLive), ifNotExists: ifNotExists)
        if wasSet, !singleFlight.isIdle { singleFlight.detach([key]) }
        return wasSet
    }

    /// Sets all the keys of a dictionary or of pairs or, if it throws, none. One round trip.
    ///
    /// ```swift
    /// let cache = AsyncCache<Int>.memory()
    /// try await cache.setMany(["one": 1, "two": 2])
    /// try await cache.setMany(zip(["three", "four"], [3, 4]), timeToLive: .seconds(60))
    /// ```
    ///
    /// Of a key given twice the last value stays. The values live as long as the cache says unless a time is given.
    public func setMany(
        _ items: some Sequence<(key: String, value: Value)>, timeToLive: CacheTimeToLive = .ofCache
    ) async throws {
        try await setAll(Array(items), timeToLive: timeToLive)
    }

    /// Sets all the keys of pairs or, if it throws, none. One round trip.
    ///
    /// Of a key given twice the last value stays. The values live as long as the cache says unless a time is given.
    public func setMany(
        _ items: some Sequence<(String, Value)>, timeToLive: CacheTimeToLive = .ofCache
    ) async throws {
        try await setAll(items.map { (key: $0.0, value: $0.1) }, timeToLive: timeToLive)
    }

    private func setAll(_ items: [(key: String, value: Value)], timeToLive: CacheTimeToLive) async throws {
        if !singleFlight.isIdle { try await singleFlight.overtake(items.map(\.key)) }
        try await store.setMany(items, timeToLive: timeToLive.duration(ofCache: self.timeToLive))
        if !singleFlight.isIdle { singleFlight.detach(items.map(\.key)) }
    }

    /// Lets a key expire at a deadline; nil keeps it for ever, one that has passed removes it. One round trip.
    ///
    /// - Returns: whether the key exists.
    @discardableResult
    public func expire(_ key: String, at deadline: Date?) async throws -> Bool {
        if let deadline, deadline <= Date(), !singleFlight.isIdle { try await singleFlight.overtake([key]) }
        return try await store.expire(key, at: deadline)
    }

    /// Lets a key expire after a duration; nil keeps it for ever, zero or less removes it. One round trip.
    ///
    /// - Returns: whether the key exists.
    @discardableResult
    public func expire(_ key: String, in timeToLive: Duration?) async throws -> Bool {
        if let timeToLive, timeToLive <= .zero, !singleFlight.isIdle { try await singleFlight.overtake([key]) }
        return try await store.expire(key, in: timeToLive)
    }

    /// Removes a key. One round trip.
    ///
    /// - Returns: whether it existed.
    @discardableResult
    public func delete(_ key: String) async throws -> Bool {
        if !singleFlight.isIdle { try await singleFlight.overtake([key]) }
        return try await store.delete(key)
    }

    /// Removes keys. One round trip.
    ///
    /// - Returns: how many of them existed; a key given twice counts once.
    @discardableResult
    public func deleteMany(_ keys: some Sequence<String>) async throws -> Int {
        let keys = Array(keys)
        if !singleFlight.isIdle { try await singleFlight.overtake(keys) }
        return try await store.deleteMany(keys)
    }

    /// Removes every key of this cache: those with its prefix, or all in the backend if it has none.
    ///
    /// With a prefix it is not atomic, and over Redis costs two round trips for each thousand keys of the database.
    public func clear() async throws {
        if !singleFlight.isIdle { try await singleFlight.overtakeAll() }
        try await store.clear()
    }

    /// Closes the backend, also for other caches over it. Calls after it fail; closing twice does no harm.
    public func close() async {
        await store.close()
    }
}
