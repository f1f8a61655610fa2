extension SyncCache {
    /// Makes a key's value stale. One round trip; two with ``Freshness/Keeping/server``, or before Redis 6.2.
    ///
    /// The next caller who computes finds a stale value, and ``Freshness/wait`` applies; to other calls the key is
    /// missing. It overtakes a computation of the key in progress, as a write does. Without a grace it is
    /// ``delete(_:)``. With ``Freshness/Keeping/memory(entries:)`` the key is deleted in the backend, and this cache
    /// alone has the old value.
    ///
    /// - Returns: whether it had a value that was not stale.
    @discardableResult
    @available(*, noasync, message: "it blocks the thread; use AsyncCache")
    public func markStale(_ key: String) throws -> Bool {
        if !singleFlight.isIdle { try singleFlight.overtake([key]) }
        guard let fresh else { return try store.delete(key) }
        return try fresh.markStale(key)
    }
}

// MARK: - Computing values that may be stale

extension SyncCache {
    typealias Plan = BlockingSingleFlight<Value>.Plan

    /// Gives callers the error of what could not be stored.
    func unwrappingFailures<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let failure as StoringFailure {
            throw failure.cause
        }
    }

    /// The value of a key: fresh, perhaps computed anew before its time, or stale, or computed.
    func value(
        of key: String, from fresh: FreshSyncBackend<Value>, since mark: Int, timeToLive: Duration?, _ plan: Plan
    ) throws -> Value {
        var plan = plan
        switch try fresh.find(key) {
        case .fresh(let value, let remaining):
            guard fresh.state.isEarlyRefreshDue(key, remaining: remaining, of: timeToLive) else { return value }
            plan.store = { try fresh.store($0, replaces: true) }
            let old = [CacheKey(key): value]
            return refreshedEarly(old, since: mark, plan, fresh.state)[CacheKey(key)] ?? value
        case .stale(let value):
            let stale = [CacheKey(key): value]
            if fresh.state.graceInBackend > .zero { plan.store = { try fresh.store($0, replaces: true) } }
            return try refreshed(stale, with: [], since: mark, plan, fresh.state)[CacheKey(key)] ?? value
        case .missing:
            if let value = fresh.state.fallback(key) { return value }
            return try getOrCompute(key, since: mark, plan)
        }
    }

    /// The same for several keys: those of them that are missing, and are not left out by the computation, are
    /// computed.
    func values(
        of keys: [String], from fresh: FreshSyncBackend<Value>, since mark: Int, timeToLive: Duration?, _ plan: Plan
    ) throws -> [String: Value] {
        try CacheKey.checkDistinct(keys)
        let keys = CacheKey.unique(keys)
        let found = try fresh.findMany(keys.map(\.text))
        let look = fresh.state.classify(keys, found, timeToLive: timeToLive)
        var values = look.values
        if !look.early.isEmpty {
            let old = values.filter { look.early.contains($0.key) }
            values.merge(refreshedEarly(old, since: mark, plan, fresh.state)) { _, last in last }
        }
        values.merge(try refreshed(look.stale, with: look.missing, since: mark, plan, fresh.state)) { _, last in last }
        return values.reduce(into: [:]) { $0[$1.key.text] = $1.value }
    }

    /// Computes those of some fresh values anew that nobody computes; where that fails, the old ones stay.
    private func refreshedEarly(
        _ old: [CacheKey: Value], since mark: Int, _ plan: Plan, _ state: FreshnessState<Value>
    ) -> [CacheKey: Value] {
        singleFlight.giveUpLate(Array(old.keys), plan)
        let keys = old.keys.filter { !state.isPaused($0.text) }
        guard let new = try? singleFlight.refresh(keys, since: mark, plan: plan) else { return old }
        return old.merging(new.chosen(of: keys, stale: old)) { _, last in last }
    }

    /// Computes stale and missing values. For stale ones that other threads compute, it waits for ``Freshness/wait``.
    ///
    /// - Returns: the values, without those that the computation has left out.
    private func refreshed(
        _ stale: [CacheKey: Value], with missing: [CacheKey], since mark: Int, _ plan: Plan,
        _ state: FreshnessState<Value>
    ) throws -> [CacheKey: Value] {
        // What hangs is paused from now on, or this thread would be the next to hang.
        if !stale.isEmpty { singleFlight.giveUpLate(Array(stale.keys), plan) }
        let start = ContinuousClock.now
        let paused = stale.filter { state.isPaused($0.key.text) }
        let due = stale.filter { paused[$0.key] == nil }
        guard let wait = state.wait else {
            let keys = missing + due.keys
            if keys.isEmpty { return paused }
            do {
                let values = try singleFlight.values(of: keys, since: mark, plan: plan)
                return values.chosen(of: keys, stale: due).merging(paused) { first, _ in first }
            } catch {
                // A stale value must not hide a cycle, and a missing key has none.
                if !missing.isEmpty || !error.isOutdone { throw error }
                return stale
            }
        }
        var values = stale
        if !missing.isEmpty {
            values.merge(try singleFlight.values(of: missing, since: mark, plan: plan).values) { _, last in last }
        }
        let keys = due.keys.filter { !state.isPaused($0.text) }
        if keys.isEmpty { return values }
        do {
            let rest = max(.zero, wait - start.duration(to: .now))
            let inTime = try singleFlight.values(of: keys, since: mark, plan: plan, within: rest)
            let served = inTime.isComplete ? [:] : due
            // A key that the computation has left out has no value any more, not even the stale one.
            for key in keys { values[key] = nil }
            let chosen = inTime.values.chosen(of: keys, stale: due).merging(served) { first, _ in first }
            return values.merging(chosen) { _, last in last }
        } catch {
            if !error.isOutdone { throw error }
            return values
        }
    }
}
