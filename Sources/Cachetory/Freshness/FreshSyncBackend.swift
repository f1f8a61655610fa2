import CachetorySmallFoundation
import Dispatch

/// ``FreshAsyncBackend`` for blocking code.
final class FreshSyncBackend<Wire: Sendable>: SyncCacheBackend {
    typealias State = FreshnessState<Wire>

    let state: State
    private let base: any SyncCacheBackend<Wire>

    init(_ base: any SyncCacheBackend<Wire>, _ options: Freshness) {
        self.base = base
        state = State(options)
    }

    func close() {
        base.close()
    }
}

// MARK: - Reading

extension FreshSyncBackend {
    /// What there is of a key, stale or not. If the backend fails and the options say so, it is missing.
    func find(_ key: String) throws -> State.Found {
        do {
            return try read(key)
        } catch {
            if let copy = state.copy(of: key, insteadOf: error) { return .fresh(copy, remaining: nil) }
            guard state.tolerates(error) else { throw BackendOutage.cause(of: error) }
            return .missing
        }
    }

    /// The same for each of some keys.
    func findMany(_ keys: [String]) throws -> [State.Found] {
        do {
            return try readMany(keys)
        } catch {
            guard state.tolerates(error) else { throw BackendOutage.cause(of: error) }
            return keys.map { key in
                state.copy(of: key, insteadOf: error).map { .fresh($0, remaining: nil) } ?? .missing
            }
        }
    }

    private func read(_ key: String) throws -> State.Found {
        let mark = state.mark
        try deleteFailedWrites(of: [key])
        guard state.readsTimeToLive else {
            return try base.get(key).map { .fresh($0, remaining: nil) } ?? .missing
        }
        return state.found(try base.getWithTimeToLive(key), of: key, since: mark)
    }

    private func readMany(_ keys: [String]) throws -> [State.Found] {
        let mark = state.mark
        try deleteFailedWrites(of: keys)
        guard state.readsTimeToLive else {
            let found = try base.getMany(keys)
            let values = Dictionary(found.map { (CacheKey($0.key), $0.value) }) { _, last in last }
            return keys.map { key in values[CacheKey(key)].map { .fresh($0, remaining: nil) } ?? .missing }
        }
        let found = try base.getManyWithTimeToLive(keys)
        let answers = Dictionary(found.map { (CacheKey($0.key), ($0.value, $0.timeToLive)) }) { _, last in last }
        return keys.map { key in state.found(answers[CacheKey(key)], of: key, since: mark) }
    }

    func get(_ key: String) throws -> Wire? {
        do {
            return try read(key).freshValue
        } catch {
            guard let copy = state.copy(of: key, insteadOf: error) else { throw BackendOutage.cause(of: error) }
            return copy
        }
    }

    /// If the backend fails, those that there are copies of; if there is none of any, its error.
    func getMany(_ keys: [String]) throws -> [(key: String, value: Wire)] {
        do {
            return zip(keys, try readMany(keys)).compactMap { key, found in found.freshValue.map { (key, $0) } }
        } catch {
            let copies = keys.compactMap { key in state.copy(of: key, insteadOf: error).map { (key: key, value: $0) } }
            if copies.isEmpty { throw BackendOutage.cause(of: error) }
            return copies
        }
    }

    func getWithTimeToLive(_ key: String) throws -> (value: Wire, timeToLive: RemainingTimeToLive)? {
        try deleteFailedWrites(of: [key])
        do {
            guard let (value, timeToLive) = try base.getWithTimeToLive(key) else { return nil }
            return state.remaining(timeToLive).map { (value, $0) }
        } catch {
            throw BackendOutage.cause(of: error)
        }
    }

    func getManyWithTimeToLive(
        _ keys: [String]
    ) throws -> [(key: String, value: Wire, timeToLive: RemainingTimeToLive)] {
        try deleteFailedWrites(of: keys)
        do {
            return try base.getManyWithTimeToLive(keys).compactMap { key, value, timeToLive in
                state.remaining(timeToLive).map { (key, value, $0) }
            }
        } catch {
            throw BackendOutage.cause(of: error)
        }
    }

    func timeToLive(of key: String) throws -> RemainingTimeToLive? {
        try deleteFailedWrites(of: [key])
        return try base.timeToLive(of: key).flatMap(state.remaining)
    }

    func exists(_ key: String) throws -> Bool {
        if state.graceInBackend > .zero { return try timeToLive(of: key) != nil }
        try deleteFailedWrites(of: [key])
        return try base.exists(key)
    }
}

// MARK: - Writing

extension FreshSyncBackend {
    /// A stale value that the backend keeps counts as an existing one for `ifNotExists`.
    func set(_ key: String, to value: Wire, timeToLive: Duration?, ifNotExists: Bool) throws -> Bool {
        try write([key], orElse: false) { mark in
            let wasSet = try base.set(
                key, to: value, timeToLive: state.timeToLiveInBackend(timeToLive), ifNotExists: ifNotExists)
            if wasSet {
                state.endWriting([(key, value)], timeToLive: timeToLive, since: mark)
            } else {
                state.endWriting([key])
            }
            return wasSet
        }
    }

    func setMany(_ items: [(key: String, value: Wire)], timeToLive: Duration?) throws {
        try write(items.map(\.key), orElse: ()) { mark in
            try base.setMany(items, timeToLive: state.timeToLiveInBackend(timeToLive))
            state.endWriting(items, timeToLive: timeToLive, since: mark)
        }
    }

    /// Stores computed values. A failure of the backend that is tolerated is not thrown: the callers have their values.
    ///
    /// - Parameter replaces: whether to overwrite the backend's value even with `ifNotExists`: it is the one refreshed.
    /// - Throws: ``StoringFailure``.
    func store(_ computed: ComputedValues<Wire>, replaces: Bool = false) throws {
        var computed = computed
        if replaces { computed.ifNotExists = false }
        // A stale copy stays until there is another.
        let mark = state.mark
        var isStored = true
        do {
            try base.store(computed.mappingTimesToLive(state.timeToLiveInBackend))
        } catch {
            guard state.tolerates(error) else { throw StoringFailure(cause: BackendOutage.cause(of: error)) }
            isStored = false
        }
        // Which value the backend has now is not known: with `ifNotExists` it may be another's.
        if isStored, computed.ifNotExists { return state.endWriting(computed.values.keys.map(\.text)) }
        for part in computed.parts {
            state.endWriting(part.items, timeToLive: part.timeToLive, since: mark, isStored: isStored)
        }
    }

    func expire(_ key: String, at deadline: Date?) throws -> Bool {
        if let deadline, deadline <= Date() { return try delete(key) }
        return try change(key) {
            try base.expire(key, at: state.deadlineInBackend(deadline))
        }
    }

    func expire(_ key: String, in timeToLive: Duration?) throws -> Bool {
        if let timeToLive, timeToLive <= .zero { return try delete(key) }
        return try change(key) {
            try base.expire(key, in: state.timeToLiveInBackend(timeToLive))
        }
    }

    /// It throws in an outage, since it is a read as well.
    func touch(_ key: String, timeToLive: Duration?) throws -> Wire? {
        if let timeToLive, timeToLive <= .zero { return try getAndDelete(key) }
        return try take(key) { try base.touch(key, timeToLive: state.timeToLiveInBackend(timeToLive)) }
    }

    /// It throws in an outage, since it is a read as well.
    func getAndDelete(_ key: String) throws -> Wire? {
        guard state.graceInBackend > .zero else { return try take(key) { try base.getAndDelete(key) } }
        try deleteFailedWrites(of: [key])
        guard let timeToLive = try base.timeToLive(of: key) else { return nil }
        _ = state.beginWriting([key])
        defer { state.endWriting([key]) }
        do {
            let value = try base.getAndDelete(key)
            return state.remaining(timeToLive) == nil ? nil : value
        } catch {
            throw BackendOutage.cause(of: error)
        }
    }

    func delete(_ key: String) throws -> Bool {
        try write([key], orElse: false) { _ in
            let wasThere = try base.delete(key)
            state.endWriting([key])
            return wasThere
        }
    }

    func deleteMany(_ keys: [String]) throws -> Int {
        try write(keys, orElse: 0) { _ in
            let count = try base.deleteMany(keys)
            state.endWriting(keys)
            return count
        }
    }

    func clear() throws {
        try clear(prefix: "")
    }

    func clear(prefix: String) throws {
        let failedWrites = state.beginClearing()
        do {
            try prefix.isEmpty ? base.clear() : base.clear(prefix: prefix)
            state.endClearing(prefix.isEmpty ? failedWrites : nil)
        } catch {
            state.endClearing(nil)
            throw error
        }
    }

    /// Makes a fresh value stale, so that the next caller who computes does it anew and has the old one meanwhile.
    ///
    /// - Returns: whether there was a fresh value.
    func markStale(_ key: String) throws -> Bool {
        if state.graceInBackend > .zero {
            return try change(key) { try base.expire(key, in: state.graceInBackend) }
        }
        let mark = state.beginMarkingStale(key)
        do {
            try deleteFailedWrites(of: [key])
            guard let value = try base.getAndDelete(key) else { return false }
            state.keepStale(value, of: key, since: mark)
            return true
        } catch {
            if try state.endWriting([key], failedWith: error) { deleteFailedWritesLater() }
            return false
        }
    }

    /// Reads a key and changes it. A stale value counts as missing, and is left alone.
    private func take(_ key: String, _ body: () throws -> Wire?) throws -> Wire? {
        try deleteFailedWrites(of: [key])
        _ = state.beginWriting([key])
        defer { state.endWriting([key]) }
        do {
            return try isFresh(key) ? body() : nil
        } catch {
            throw BackendOutage.cause(of: error)
        }
    }

    /// Changes the time of a key. A stale value counts as missing, and is left alone.
    private func change(_ key: String, _ body: () throws -> Bool) throws -> Bool {
        try write([key], orElse: false) { _ in
            defer { state.endWriting([key]) }
            return try isFresh(key) && body()
        }
    }

    /// Whether a key may be changed: one that the backend keeps for longer than it lives has to be asked for.
    private func isFresh(_ key: String) throws -> Bool {
        if state.graceInBackend == .zero { return true }
        return try base.timeToLive(of: key).flatMap(state.remaining) != nil
    }

    /// Writes keys. If the backend fails and the options say so, they are deleted as soon as it answers again.
    ///
    /// - Parameters:
    ///   - failed: what the caller gets then.
    ///   - body: writes, and tells the state so.
    private func write<Result: Sendable>(
        _ keys: [String], orElse failed: Result, _ body: (_ mark: State.Mark?) throws -> Result
    ) throws -> Result {
        let mark = state.beginWriting(keys)
        do {
            try deleteFailedWrites(of: keys)
            return try body(mark)
        } catch {
            if try state.endWriting(keys, failedWith: error) { deleteFailedWritesLater() }
            return failed
        }
    }
}

// MARK: - Failed writes

extension FreshSyncBackend {
    /// Deletes those of some keys whose last write has failed, before anything else is done with them.
    private func deleteFailedWrites(of keys: [String]) throws {
        guard let batch = state.failedWrites.batch(of: keys) else { return }
        _ = try base.deleteMany(batch.keys)
        state.failedWrites.remove(batch)
    }

    /// Tries to delete them all, again and again, on a thread of Dispatch's.
    private func deleteFailedWritesLater() {
        DispatchQueue.global().asyncAfter(deadline: .now() + FailedWriteLog.pause / .seconds(1)) { [weak self] in
            if self?.deleteFailedWrites() == true { self?.deleteFailedWritesLater() }
        }
    }

    /// - Returns: whether there may be more.
    private func deleteFailedWrites() -> Bool {
        while let batch = state.failedWrites.nextBatch() {
            do {
                _ = try base.deleteMany(batch.keys)
                state.failedWrites.remove(batch)
            } catch {
                if BackendOutage.isOutage(error) {
                    state.failedWrites.postpone(batch)
                    return true
                }
                // It was closed, so nobody reads them any more.
                state.failedWrites.removeAll()
            }
        }
        return false
    }
}
