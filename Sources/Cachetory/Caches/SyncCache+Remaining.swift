extension SyncCache {
    /// What is left of a key's time to live, or nil if there is no such key. One round trip.
    ///
    /// ```swift
    /// let cache = SyncCache<Int>.memory(timeToLive: .seconds(600))
    /// try cache.set("visits", to: 1)
    /// if case .after(let time)? = try cache.timeToLive(of: "visits") { print(time) }
    /// ```
    ///
    /// The value is not read, here and in ``exists(_:)``: one that cannot be read counts, too.
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func timeToLive(of key: String) throws -> RemainingTimeToLive? {
        try store.timeToLive(of: key)
    }

    /// Whether a key exists. One round trip.
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func exists(_ key: String) throws -> Bool {
        try store.exists(key)
    }

    /// Removes a key and returns its value, or nil if it had none. One round trip.
    ///
    /// ```swift
    /// let codes = SyncCache<String>.memory(timeToLive: .seconds(300))
    /// try codes.set("ada@example.com", to: "471 213")
    /// let code = try codes.getAndDelete("ada@example.com")  // works once
    /// ```
    ///
    /// Of many concurrent callers one gets the value. A value that cannot be read is removed, too.
    ///
    /// A server before Redis 6.2 costs a second round trip, and so does ``Freshness/Keeping/server``.
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func getAndDelete(_ key: String) throws -> Value? {
        if !singleFlight.isIdle { try singleFlight.overtake([key]) }
        return try store.getAndDelete(key)
    }

    /// The value of a key, or nil if it has none; the key lives for a time from now on. One round trip.
    ///
    /// ```swift
    /// let sessions = SyncCache<String>.memory(timeToLive: .seconds(1800))
    /// let user = try sessions.touch("session:1")  // for half an hour from now on
    /// ```
    ///
    /// The cache's own time to live unless one is given. Zero or less removes the key.
    ///
    /// A server before Redis 6.2 costs a second round trip, and so does ``Freshness/Keeping/server``.
    @discardableResult
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func touch(_ key: String, timeToLive: CacheTimeToLive = .ofCache) throws -> Value? {
        let duration = timeToLive.duration(ofCache: self.timeToLive)
        if let duration, duration <= .zero, !singleFlight.isIdle { try singleFlight.overtake([key]) }
        return try store.touch(key, timeToLive: duration)
    }
}
