import CachetorySmallFoundation

/// A backend of values that reports its operations to an observer. A cache without an observer has no such backend.
final class ObservedAsyncBackend<Wire: Sendable>: AsyncCacheBackend {
    private let base: any AsyncCacheBackend<Wire>
    private let observer: any CacheObserver

    /// How long the backend keeps values that are past their time to live, and count as missing.
    private let graceInBackend: Duration

    init(_ base: any AsyncCacheBackend<Wire>, observer: any CacheObserver, graceInBackend: Duration = .zero) {
        self.base = base
        self.observer = observer
        self.graceInBackend = graceInBackend
    }

    func get(_ key: String) async throws -> Wire? {
        let observation = Observation(observer)
        do {
            let value = try await base.get(key)
            observation.end(value == nil ? .miss : .hit, key)
            return value
        } catch {
            observation.end(.error(error), key)
            throw error
        }
    }

    func getMany(_ keys: [String]) async throws -> [(key: String, value: Wire)] {
        let observation = Observation(observer)
        do {
            let found = try await base.getMany(keys)
            observation.end(lookup: keys, found: found.lazy.map(\.key))
            return found
        } catch {
            observation.end(.error(error), keys)
            throw error
        }
    }

    func set(_ key: String, to value: Wire, timeToLive: Duration?, ifNotExists: Bool) async throws -> Bool {
        let observation = Observation(observer)
        do {
            let wasSet = try await base.set(key, to: value, timeToLive: timeToLive, ifNotExists: ifNotExists)
            if wasSet, !isOver(timeToLive) { observation.end(.set, key) }
            return wasSet
        } catch {
            observation.end(.error(error), key)
            throw error
        }
    }

    func setMany(_ items: [(key: String, value: Wire)], timeToLive: Duration?) async throws {
        try await observing(isOver(timeToLive) ? nil : .set, items.map(\.key)) { () async throws in
            try await base.setMany(items, timeToLive: timeToLive)
        }
    }

    func expire(_ key: String, at deadline: Date?) async throws -> Bool {
        try await observing(nil, [key]) { () async throws in try await base.expire(key, at: deadline) }
    }

    func expire(_ key: String, in timeToLive: Duration?) async throws -> Bool {
        try await observing(nil, [key]) { () async throws in try await base.expire(key, in: timeToLive) }
    }

    func delete(_ key: String) async throws -> Bool {
        try await observing(.delete, [key]) { () async throws in try await base.delete(key) }
    }

    func deleteMany(_ keys: [String]) async throws -> Int {
        try await observing(.delete, keys) { () async throws in try await base.deleteMany(keys) }
    }

    func timeToLive(of key: String) async throws -> RemainingTimeToLive? {
        try await observing(nil, [key]) { () async throws in try await base.timeToLive(of: key) }
    }

    func exists(_ key: String) async throws -> Bool {
        try await observing(nil, [key]) { () async throws in try await base.exists(key) }
    }

    func getAndDelete(_ key: String) async throws -> Wire? {
        let observation = Observation(observer)
        do {
            let value = try await base.getAndDelete(key)
            observation.end(value == nil ? .miss : .hit, key)
            observation.end(.delete, key)
            return value
        } catch {
            observation.end(.error(error), key)
            throw error
        }
    }

    func touch(_ key: String, timeToLive: Duration?) async throws -> Wire? {
        let observation = Observation(observer)
        do {
            let value = try await base.touch(key, timeToLive: timeToLive)
            observation.end(value == nil ? .miss : .hit, key)
            return value
        } catch {
            observation.end(.error(error), key)
            throw error
        }
    }

    func getWithTimeToLive(_ key: String) async throws -> (value: Wire, timeToLive: RemainingTimeToLive)? {
        let observation = Observation(observer)
        do {
            let found = try await base.getWithTimeToLive(key)
            observation.end(found?.timeToLive.isFresh(withGrace: graceInBackend) == true ? .hit : .miss, key)
            return found
        } catch {
            observation.end(.error(error), key)
            throw error
        }
    }

    func getManyWithTimeToLive(
        _ keys: [String]
    ) async throws -> [(key: String, value: Wire, timeToLive: RemainingTimeToLive)] {
        let observation = Observation(observer)
        do {
            let found = try await base.getManyWithTimeToLive(keys)
            let fresh = found.lazy.filter { $0.timeToLive.isFresh(withGrace: self.graceInBackend) }
            observation.end(lookup: keys, found: fresh.map(\.key))
            return found
        } catch {
            observation.end(.error(error), keys)
            throw error
        }
    }

    func clear() async throws {
        try await observing(nil, [nil]) { () async throws in try await base.clear() }
    }

    func clear(prefix: String) async throws {
        try await observing(nil, [nil]) { () async throws in try await base.clear(prefix: prefix) }
    }

    func close() async {
        await base.close()
    }

    /// Reports an operation whatever its result; without an event for it, only its error.
    private func observing<Result>(
        _ success: CacheEvent.Kind?, _ keys: [String?], _ operation: () async throws -> Result
    ) async throws -> Result {
        let observation = Observation(observer)
        do {
            let result = try await operation()
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
