import CachetorySmallFoundation

/// A blocking backend of values that reports its operations to an observer. A cache without an observer has no such
/// backend.
final class ObservedSyncBackend<Wire: Sendable>: SyncCacheBackend {
    private let base: any SyncCacheBackend<Wire>
    private let observer: any CacheObserver

    /// How long the backend keeps values that are past their time to live, and count as missing.
    private let graceInBackend: Duration

    init(_ base: any SyncCacheBackend<Wire>, observer: any CacheObserver, graceInBackend: Duration = .zero) {
        self.base = base
        self.observer = observer
        self.graceInBackend = graceInBackend
    }

    func get(_ key: String) throws -> Wire? {
        let observation = Observation(observer)
        do {
            let value = try base.get(key)
            observation.end(value == nil ? .miss : .hit, key)
            return value
        } catch {
            observation.end(.error(error), key)
            throw error
        }
    }

    func getMany(_ keys: [String]) throws -> [(key: String, value: Wire)] {
        let observation = Observation(observer)
        do {
            let found = try base.getMany(keys)
            observation.end(lookup: keys, found: found.lazy.map(\.key))
            return found
        } catch {
            observation.end(.error(error), keys)
            throw error
        }
    }

    func set(_ key: String, to value: Wire, timeToLive: Duration?, ifNotExists: Bool) throws -> Bool {
        let observation = Observation(observer)
        do {
            let wasSet = try base.set(key, to: value, timeToLive: timeToLive, ifNotExists: ifNotExists)
            if wasSet, !isOver(timeToLive) { observation.end(.set, key) }
            return wasSet
        } catch {
            observation.end(.error(error), key)
            throw error
        }
    }

    func setMany(_ items: [(key: String, value: Wire)], timeToLive: Duration?) throws {
        try observing(isOver(timeToLive) ? nil : .set, items.map(\.key)) { () throws in
            try base.setMany(items, timeToLive: timeToLive)
        }
    }

    func expire(_ key: String, at deadline: Date?) throws -> Bool {
        try observing(nil, [key]) { () throws in try base.expire(key, at: deadline) }
    }

    func expire(_ key: String, in timeToLive: Duration?) throws -> Bool {
        try observing(nil, [key]) { () throws in try base.expire(key, in: timeToLive) }
    }

    func delete(_ key: String) throws -> Bool {
        try observing(.delete, [key]) { () throws in try base.delete(key) }
    }

    func deleteMany(_ keys: [String]) throws -> Int {
        try observing(.delete, keys) { () throws in try base.deleteMany(keys) }
    }

    func timeToLive(of key: String) throws -> RemainingTimeToLive? {
        try observing(nil, [key]) { () throws in try base.timeToLive(of: key) }
    }

    func exists(_ key: String) throws -> Bool {
        try observing(nil, [key]) { () throws in try base.exists(key) }
    }

    func getAndDelete(_ key: String) throws -> Wire? {
        let observation = Observation(observer)
        do {
            let value = try base.getAndDelete(key)
            observation.end(value == nil ? .miss : .hit, key)
            observation.end(.delete, key)
            return value
        } catch {
            observation.end(.error(error), key)
            throw error
        }
    }

    func touch(_ key: String, timeToLive: Duration?) throws -> Wire? {
        let observation = Observation(observer)
        do {
            let value = try base.touch(key, timeToLive: timeToLive)
            observation.end(value == nil ? .miss : .hit, key)
            return value
        } catch {
            observation.end(.error(error), key)
            throw error
        }
    }

    func getWithTimeToLive(_ key: String) throws -> (value: Wire, timeToLive: RemainingTimeToLive)? {
        let observation = Observation(observer)
        do {
            let found = try base.getWithTimeToLive(key)
            observation.end(found?.timeToLive.isFresh(withGrace: graceInBackend) == true ? .hit : .miss, key)
            return found
        } catch {
            observation.end(.error(error), key)
            throw error
        }
    }

    func getManyWithTimeToLive(
        _ keys: [String]
    ) throws -> [(key: String, value: Wire, timeToLive: RemainingTimeToLive)] {
        let observation = Observation(observer)
        do {
            let found = try base.getManyWithTimeToLive(keys)
            let fresh = found.lazy.filter { $0.timeToLive.isFresh(withGrace: self.graceInBackend) }
            observation.end(lookup: keys, found: fresh.map(\.key))
            return found
        } catch {
            observation.end(.error(error), keys)
            throw error
        }
    }

    func clear() throws {
        try observing(nil, [nil]) { () throws in try base.clear() }
    }

    func clear(prefix: String) throws {
        try observing(nil, [nil]) { () throws in try base.clear(prefix: prefix) }
    }

    func close() {
        base.close()
    }

    /// Reports an operation whatever its result; without an event for it, only its error.
    private func observing<Result>(
        _ success: CacheEvent.Kind?, _ keys: [String?], _ operation: () throws -> Result
    ) throws -> Result {
        let observation = Observation(observer)
        do {
            let result = try operation()
            if let success { observation.end(success, keys) }
            return result
        } catch {
            observation.end(.error(error), keys)
            throw error
        }
    }

    /// A time to live of zero or less sets nothing.
    private func isOver(_ timeToLive: Duration?) -> Bool {
        timeToLive.map { $0 <= .zero } ?? false
    }
}
