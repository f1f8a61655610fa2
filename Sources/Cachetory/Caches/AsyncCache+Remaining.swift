extension AsyncCache {
    /// What is left of a key's time to live, or nil if there is no such key. One round trip.
    ///
    /// ```swift
    /// let cache = AsyncCache<Int>.memory(timeToLive: .seconds(600))
    /// try await cache.set("visits", to: 1)
    /// if case .after(let time)? = try await cache.timeToLive(of: "visits") { print(time) }
    /// ```
    ///
    /// The value is not read, here and in ``exists(_:)``: one that cannot be read counts, too.
    public func timeToLive(of key: String) async throws -> RemainingTimeToLive? {
        try await store.timeToLive(of: key)
    }

    /// Whether a key exists. One round trip.
    public func exists(_ key: String) async throws -> Bool {
        try await store.exists(key)
    }

    /// Removes a key and returns its value, or nil if it had none. One round trip.
    ///
    /// ```swift
    /// let codes = AsyncCache<String>.memory(timeToLive: .seconds(300))
    /// try await codes.set("ada@example.com", to: "471 213")
    /// let code = try await codes.getAndDelete("ada@example.com")  // works once
    /// ```
    ///
    /// Of many concurrent callers one gets the value. A value that cannot be read is removed, too.
    ///
    /// A server before Redis 6.2 costs a second round trip, and so does ``Freshness/Keeping/server``.
    public func getAndDelete(_ key: String) async throws -> Value? {
        if !singleFlight.isIdle { try await singleFlight.overtake([key]) }
        return try await store.getAndDelete(key)
    }

    /// The value of a key, or nil if it has none; the key lives for a time from now on. One round trip.
    ///
    /// ```swift
    /// let sessions = AsyncCache<String>.memory(timeToLive: .seconds(1800))
    /// let user = try await sessions.touch("session:1")  // for half an hour from now on
    /// ```
    ///
    /// The cache's own time to live unless one is given. Zero or less removes the key.
    ///
    /// A server before Redis 6.2 costs a second round trip, and so does ``Freshness/Keeping/server``.
    @discardableResult
    public func touch(_ key: String, timeToLive: CacheTimeToLive = .ofCache) async throws -> Value? {
        let duration = timeToLive.duration(ofCache: self.timeToLive)
        if let duration, duration <= .zero, !singleFlight.isIdle { try await singleFlight.overtake([key]) }
        return try await store.touch(key, timeToLive: duration)
    }
}
