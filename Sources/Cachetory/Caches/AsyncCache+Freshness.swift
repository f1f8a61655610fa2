extension AsyncCache {
    /// Makes a key's value stale. One round trip; two with ``Freshness/Keeping/server``, or before Redis 6.2.
    ///
    /// The next caller who computes finds a stale value, and ``Freshness/wait`` applies; to other calls the key is
    /// missing. It overtakes a computation of the key in progress, as a write does. Without a grace it is
    /// ``delete(_:)``. With ``Freshness/Keeping/memory(entries:)`` the key is deleted in the backend, and this cache
    /// alone has the old value.
    ///
    /// - Returns: whether it had a value that was not stale.
    @discardableResult
    public func markStale(_ key: String) async throws -> Bool {
        if !singleFlight.isIdle { try await singleFlight.overtake([key]) }
        guard let fresh else { return try await store.delete(key) }
        return try await fresh.markStale(key)
    }
}

// MARK: - Computing values that may be stale

extension AsyncCache {
    typealias Plan = SingleFlight<Value>.Plan

    /// Gives callers the error of what could not be stored.
    func unwrappingFailures<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let failure as StoringFailure {
            throw failure.cause
        }
    }

    /// The value of a key: fresh, perhaps with a computation begun in the background, or stale, or computed.
    func value(
        of key: String, from fresh: FreshAsyncBackend<Value>, since mark: Int, timeToLive: Duration?, _ plan: Plan
    ) async throws -> Value {
        var plan = plan
        switch try await fresh.find(key) {
        case .fresh(let value, let remaining):
            if fresh.state.isEarlyRefreshDue(key, remaining: remaining, of: timeToLive) {
                plan.store = { try await fresh.store($0, replaces: true) }
                singleFlight.refresh([CacheKey(key)], since: mark, plan: plan)
            }
            return value
        case .stale(let value):
            let stale = [CacheKey(key): value]
            if fresh.state.graceInBackend > .zero { plan.store = { try await fresh.store($0, replaces: true) } }
            return try await refreshed(stale, with: [], since: mark, plan, fresh.state)[CacheKey(key)] ?? value
        case .missing:
            if let value = fresh.state.fallback(key) { return value }
            return try await getOrCompute(key, since: mark, plan)
        }
    }

    /// The same for several keys: those of them that are missing, and are not left out by the computation, are
    /// computed.
    func values(
        of keys: [String], from fresh: FreshAsyncBackend<Value>, since mark: Int, timeToLive: Duration?, _ plan: Plan
    ) async throws -> [String: Value] {
        try CacheKey.checkDistinct(keys)
        let keys = CacheKey.unique(keys)
        let found = try await fresh.findMany(keys.map(\.text))
        let look = fresh.state.classify(keys, found, timeToLive: timeToLive)
        if !look.early.isEmpty { singleFlight.refresh(look.early, since: mark, plan: plan) }
        let computed = try await refreshed(look.stale, with: look.missing, since: mark, plan, fresh.state)
        return look.values.merging(computed) { _, last in last }.reduce(into: [:]) { $0[$1.key.text] = $1.value }
    }

    /// Computes stale and missing values. For the stale ones it waits for ``Freshness/wait``, and then serves them.
    ///
    /// - Returns: the values, without those that the computation has left out.
    private func refreshed(
        _ stale: [CacheKey: Value], with missing: [CacheKey], since mark: Int, _ plan: Plan,
        _ state: FreshnessState<Value>
    ) async throws -> [CacheKey: Value] {
        let start = ContinuousClock.now
        let paused = stale.filter { state.isPaused($0.key.text) }
        let due = stale.filter { paused[$0.key] == nil }
        guard let wait = state.wait else {
            let keys = missing + due.keys
            if keys.isEmpty { return paused }
            do {
                let values = try await singleFlight.values(of: keys, since: mark, plan: plan, isKept: !due.isEmpty)
                return values.chosen(of: keys, stale: due).merging(paused) { first, _ in first }
            } catch {
                // A stale value must hide neither a cancellation nor a cycle, and a missing key has none.
                if Task.isCancelled || !missing.isEmpty || !error.isOutdone { throw error }
                return stale
            }
        }
        // These begin first, as the missing ones may take long.
        let waiters = singleFlight.begin(Array(due.keys), since: mark, plan: plan)
        var values = stale
        do {
            if !missing.isEmpty {
                values.merge(try await singleFlight.values(of: missing, since: mark, plan: plan).values) { _, last in
                    last
                }
            }
        } catch {
            singleFlight.leave(waiters)
            throw error
        }
        if due.isEmpty { return values }
        if wait == .zero {
            singleFlight.leave(waiters)
            return values
        }
        do {
            let rest = max(.zero, wait - start.duration(to: .now))
            let inTime = try await singleFlight.values(for: waiters, within: rest)
            let served = inTime.isComplete ? [:] : due
            // A key that the computation has left out has no value any more, not even the stale one.
            for key in due.keys { values[key] = nil }
            let chosen = inTime.values.chosen(of: due.keys, stale: due).merging(served) { first, _ in first }
            return values.merging(chosen) { _, last in last }
        } catch {
            if Task.isCancelled || !error.isOutdone { throw error }
            return values
        }
    }
}
