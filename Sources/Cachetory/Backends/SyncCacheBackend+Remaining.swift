// Default implementations, for backends written before these operations existed.
extension SyncCacheBackend {
    /// What is left of a key's time to live, as ``getWithTimeToLive(_:)`` tells it; nil if there is no such key.
    public func timeToLive(of key: String) throws -> RemainingTimeToLive? {
        try getWithTimeToLive(key)?.timeToLive
    }

    /// Whether ``get(_:)`` finds a value.
    public func exists(_ key: String) throws -> Bool {
        try get(key) != nil
    }

    /// Gets a key and then deletes it; not atomic, so a value that is set in between is lost.
    ///
    /// - Returns: the value; nil if there was none, or another caller deleted the key first.
    public func getAndDelete(_ key: String) throws -> Wire? {
        guard let value = try get(key), try delete(key) else { return nil }
        return value
    }

    /// Gets a key and then lets it expire; not atomic, so the value may be older than the one that is renewed.
    @discardableResult
    public func touch(_ key: String, timeToLive: Duration?) throws -> Wire? {
        guard let value = try get(key), try expire(key, in: timeToLive) else { return nil }
        return value
    }

    /// Throws: the backend has to implement it.
    ///
    /// - Throws: ``CacheBackendError/cannotTellTimeToLive``.
    public func getWithTimeToLive(_ key: String) throws -> (value: Wire, timeToLive: RemainingTimeToLive)? {
        throw CacheBackendError.cannotTellTimeToLive
    }

    /// Throws: the backend has to implement it.
    ///
    /// - Throws: ``CacheBackendError/cannotTellTimeToLive``.
    public func getManyWithTimeToLive(
        _ keys: [String]
    ) throws -> [(key: String, value: Wire, timeToLive: RemainingTimeToLive)] {
        throw CacheBackendError.cannotTellTimeToLive
    }
}
