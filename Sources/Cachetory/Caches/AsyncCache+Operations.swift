public import SmallFoundation

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
    public func getMany(_ keys: [String]) async throws -> [String: Value] {
        Dictionary(try await store.getMany(keys)) { _, last in last }
    }

    /// Sets a key, with the cache's time to live. One round trip.
    ///
    /// - Returns: whether the value was set. Only with `ifNotExists` it may not be: where the key exists, or where a store
    ///   in memory has no room for such a value at all.
    @discardableResult
    public func set(_ key: String, to value: Value, ifNotExists: Bool = false) async throws -> Bool {
        try await set(key, to: value, timeToLive: timeToLive, ifNotExists: ifNotExists)
    }

    /// Sets a key, with a time to live of its own; nil is for ever. One round trip.
    ///
    /// - Returns: whether the value was set. Only with `ifNotExists` it may not be: where the key exists, or where a store
    ///   in memory has no room for such a value at all.
    @discardableResult
    public func set(
        _ key: String, to value: Value, timeToLive: Duration?, ifNotExists: Bool = false
    ) async throws -> Bool {
        try await store.set(key, to: value, timeToLive: timeToLive, ifNotExists: ifNotExists)
    }

    /// Sets all the keys of a dictionary or of pairs or, if it throws, none, with the cache's time to live. One round trip.
    ///
    /// ```swift
    /// let cache = AsyncCache<Int>.memory()
    /// try await cache.setMany(["one": 1, "two": 2])
    /// ```
    ///
    /// Of a key given twice the last value stays.
    public func setMany(_ items: some Sequence<(key: String, value: Value)>) async throws {
        try await setMany(items, timeToLive: timeToLive)
    }

    /// Sets all the keys of a dictionary or of pairs or, if it throws, none, with one time to live; nil is for ever.
    ///
    /// One round trip. Of a key given twice the last value stays.
    public func setMany(_ items: some Sequence<(key: String, value: Value)>, timeToLive: Duration?) async throws {
        try await store.setMany(Array(items), timeToLive: timeToLive)
    }

    /// Lets a key expire at a deadline; nil keeps it for ever, one that has passed removes it. One round trip.
    ///
    /// - Returns: whether the key exists.
    @discardableResult
    public func expire(_ key: String, at deadline: Date?) async throws -> Bool {
        try await store.expire(key, at: deadline)
    }

    /// Lets a key expire after a duration; nil keeps it for ever, zero or less removes it. One round trip.
    ///
    /// - Returns: whether the key exists.
    @discardableResult
    public func expire(_ key: String, in timeToLive: Duration?) async throws -> Bool {
        try await store.expire(key, in: timeToLive)
    }

    /// Removes a key. One round trip.
    ///
    /// - Returns: whether it existed.
    @discardableResult
    public func delete(_ key: String) async throws -> Bool {
        try await store.delete(key)
    }

    /// Removes keys. One round trip.
    ///
    /// - Returns: how many of them existed; a key given twice counts once.
    @discardableResult
    public func deleteMany(_ keys: [String]) async throws -> Int {
        try await store.deleteMany(keys)
    }

    /// Removes every key of this cache: those with its prefix, or all in the backend if it has none.
    ///
    /// With a prefix it is not atomic, and over Redis costs two round trips for each thousand keys of the database.
    public func clear() async throws {
        try await store.clear()
    }

    /// Closes the backend, also for other caches over it. Calls after it fail; closing twice does no harm.
    public func close() async {
        await store.close()
    }
}
