public import SmallFoundation

extension SyncCache {
    /// The value of a key, or nil if it has none. One round trip.
    @inlinable
    public func get(_ key: String) throws -> Value? {
        try store.get(key)
    }

    /// The value of a key, or another if it has none. One round trip.
    ///
    /// ```swift
    /// let cache = SyncCache<Int>.memory()
    /// let visits = try cache.get("visits", default: 0)
    /// ```
    @inlinable
    public func get(_ key: String, default value: @autoclosure () throws -> Value) throws -> Value {
        if let found = try store.get(key) { return found }
        return try value()
    }

    /// The values of those keys that have one. One round trip.
    public func getMany(_ keys: [String]) throws -> [String: Value] {
        Dictionary(try store.getMany(keys)) { _, last in last }
    }

    /// Sets a key, with the cache's time to live. One round trip.
    ///
    /// - Returns: whether the value was set. Only with `ifNotExists` it may not be: where the key exists, or where a store
    ///   in memory has no room for such a value at all.
    @discardableResult
    public func set(_ key: String, to value: Value, ifNotExists: Bool = false) throws -> Bool {
        try set(key, to: value, timeToLive: timeToLive, ifNotExists: ifNotExists)
    }

    /// Sets a key, with a time to live of its own; nil is for ever. One round trip.
    ///
    /// - Returns: whether the value was set. Only with `ifNotExists` it may not be: where the key exists, or where a store
    ///   in memory has no room for such a value at all.
    @discardableResult
    public func set(
        _ key: String, to value: Value, timeToLive: Duration?, ifNotExists: Bool = false
    ) throws -> Bool {
        try store.set(key, to: value, timeToLive: timeToLive, ifNotExists: ifNotExists)
    }

    /// Sets all the keys of a dictionary or of pairs or, if it throws, none, with the cache's time to live. One round trip.
    ///
    /// ```swift
    /// let cache = SyncCache<Int>.memory()
    /// try cache.setMany(["one": 1, "two": 2])
    /// ```
    ///
    /// Of a key given twice the last value stays.
    public func setMany(_ items: some Sequence<(key: String, value: Value)>) throws {
        try setMany(items, timeToLive: timeToLive)
    }

    /// Sets all the keys of a dictionary or of pairs or, if it throws, none, with one time to live; nil is for ever.
    ///
    /// One round trip. Of a key given twice the last value stays.
    public func setMany(_ items: some Sequence<(key: String, value: Value)>, timeToLive: Duration?) throws {
        try store.setMany(Array(items), timeToLive: timeToLive)
    }

    /// Lets a key expire at a deadline; nil keeps it for ever, one that has passed removes it. One round trip.
    ///
    /// - Returns: whether the key exists.
    @discardableResult
    public func expire(_ key: String, at deadline: Date?) throws -> Bool {
        try store.expire(key, at: deadline)
    }

    /// Lets a key expire after a duration; nil keeps it for ever, zero or less removes it. One round trip.
    ///
    /// - Returns: whether the key exists.
    @discardableResult
    public func expire(_ key: String, in timeToLive: Duration?) throws -> Bool {
        try store.expire(key, in: timeToLive)
    }

    /// Removes a key. One round trip.
    ///
    /// - Returns: whether it existed.
    @discardableResult
    public func delete(_ key: String) throws -> Bool {
        try store.delete(key)
    }

    /// Removes keys. One round trip.
    ///
    /// - Returns: how many of them existed; a key given twice counts once.
    @discardableResult
    public func deleteMany(_ keys: [String]) throws -> Int {
        try store.deleteMany(keys)
    }

    /// Removes every key of this cache: those with its prefix, or all in the backend if it has none.
    ///
    /// With a prefix it is not atomic, and over Redis costs two round trips for each thousand keys of the database.
    public func clear() throws {
        try store.clear()
    }

    /// Closes the backend, also for other caches over it. Calls after it fail; closing twice does no harm.
    public func close() {
        store.close()
    }

    /// The value of a key, or nil if it has none: ``get(_:)``.
    ///
    /// ```swift
    /// let cache = SyncCache<String>.memory()
    /// let name = try cache["name"]
    /// ```
    ///
    /// It cannot be assigned to, since an assignment cannot throw.
    @inlinable
    public subscript(key: String) -> Value? {
        get throws { try get(key) }
    }

    /// The value of a key, or another if it has none.
    public subscript(key: String, default value: @autoclosure () throws -> Value) -> Value {
        get throws { try get(key, default: value()) }
    }
}
