public import CachetorySmallFoundation

extension SyncCache {
    /// The value of a key, or nil if it has none. One round trip.
    @inlinable
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
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
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func get(_ key: String, default value: @autoclosure () throws -> Value) throws -> Value {
        if let found = try store.get(key) { return found }
        return try value()
    }

    /// The values of those keys that have one. One round trip.
    ///
    /// - Throws: ``CacheError/equivalentKeys(_:_:)`` for two keys of different bytes which are equal as a `String`, as
    ///   they are with `é` as one scalar and as two: a dictionary cannot tell them apart, and ``getEach(_:)`` can.
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func getMany(_ keys: some Sequence<String>) throws -> [String: Value] {
        let keys = Array(keys)
        try CacheKey.checkDistinct(keys)
        return Dictionary(try store.getMany(keys)) { _, last in last }
    }

    /// The value of each key in the order asked, nil for one that has none. One round trip.
    ///
    /// ```swift
    /// let cache = SyncCache<Int>.memory()
    /// let keys = ["one", "two"]
    /// for (key, value) in zip(keys, try cache.getEach(keys)) { print(key, value ?? 0) }
    /// ```
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func getEach(_ keys: some Sequence<String>) throws -> [Value?] {
        let keys = Array(keys)
        let found = try store.getMany(keys)
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
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func set(
        _ key: String, to value: Value, timeToLive: CacheTimeToLive = .ofCache, ifNotExists: Bool = false
    ) throws -> Bool {
        if !singleFlight.isIdle { try singleFlight.overtake([key]) }
        let wasSet = try store.set(
            key, to: value, timeToLive: timeToLive.duration(ofCache: self.timeToLive), ifNotExists: ifNotExists)
        if wasSet, !singleFlight.isIdle { singleFlight.detach([key]) }
        return wasSet
    }

    /// Sets all the keys of a dictionary or of pairs or, if it throws, none. One round trip.
    ///
    /// ```swift
    /// let cache = SyncCache<Int>.memory()
    /// try cache.setMany(["one": 1, "two": 2])
    /// try cache.setMany(zip(["three", "four"], [3, 4]), timeToLive: .seconds(60))
    /// ```
    ///
    /// Of a key given twice the last value stays. The values live as long as the cache says unless a time is given.
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func setMany(
        _ items: some Sequence<(key: String, value: Value)>, timeToLive: CacheTimeToLive = .ofCache
    ) throws {
        try setAll(Array(items), timeToLive: timeToLive)
    }

    /// Sets all the keys of pairs or, if it throws, none. One round trip.
    ///
    /// Of a key given twice the last value stays. The values live as long as the cache says unless a time is given.
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func setMany(
        _ items: some Sequence<(String, Value)>, timeToLive: CacheTimeToLive = .ofCache
    ) throws {
        try setAll(items.map { (key: $0.0, value: $0.1) }, timeToLive: timeToLive)
    }

    private func setAll(_ items: [(key: String, value: Value)], timeToLive: CacheTimeToLive) throws {
        if !singleFlight.isIdle { try singleFlight.overtake(items.map(\.key)) }
        try store.setMany(items, timeToLive: timeToLive.duration(ofCache: self.timeToLive))
        if !singleFlight.isIdle { singleFlight.detach(items.map(\.key)) }
    }

    /// Lets a key expire at a deadline; nil keeps it for ever, one that has passed removes it. One round trip.
    ///
    /// - Returns: whether the key exists.
    @discardableResult
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func expire(_ key: String, at deadline: Date?) throws -> Bool {
        if let deadline, deadline <= Date(), !singleFlight.isIdle { try singleFlight.overtake([key]) }
        return try store.expire(key, at: deadline)
    }

    /// Lets a key expire after a duration; nil keeps it for ever, zero or less removes it. One round trip.
    ///
    /// - Returns: whether the key exists.
    @discardableResult
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func expire(_ key: String, in timeToLive: Duration?) throws -> Bool {
        if let timeToLive, timeToLive <= .zero, !singleFlight.isIdle { try singleFlight.overtake([key]) }
        return try store.expire(key, in: timeToLive)
    }

    /// Removes a key. One round trip.
    ///
    /// - Returns: whether it existed.
    @discardableResult
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func delete(_ key: String) throws -> Bool {
        if !singleFlight.isIdle { try singleFlight.overtake([key]) }
        return try store.delete(key)
    }

    /// Removes keys. One round trip.
    ///
    /// - Returns: how many of them existed; a key given twice counts once.
    @discardableResult
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func deleteMany(_ keys: some Sequence<String>) throws -> Int {
        let keys = Array(keys)
        if !singleFlight.isIdle { try singleFlight.overtake(keys) }
        return try store.deleteMany(keys)
    }

    /// Removes every key of this cache: those with its prefix, or all in the backend if it has none.
    ///
    /// With a prefix it is not atomic, and over Redis costs two round trips for each thousand keys of the database.
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func clear() throws {
        if !singleFlight.isIdle { try singleFlight.overtakeAll() }
        try store.clear()
    }

    /// Closes the backend, also for other caches over it. Calls after it fail; closing twice does no harm.
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
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
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public subscript(key: String) -> Value? {
        get throws { try get(key) }
    }

    /// The value of a key, or another if it has none.
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public subscript(key: String, default value: @autoclosure () throws -> Value) -> Value {
        get throws { try get(key, default: value()) }
    }
}
