import CachetorySmallFoundation

/// What a cache with ``Freshness`` knows and decides: all that its async and its blocking form have in common.
final class FreshnessState<Value: Sendable>: Sendable {
    /// What a read has found.
    enum Found: Sendable {
        /// - Parameter remaining: nil is for ever, or not known.
        case fresh(Value, remaining: Duration?)
        case stale(Value)
        case missing

        /// What calls get that compute nothing.
        var freshValue: Value? {
            if case .fresh(let value, _) = self { value } else { nil }
        }
    }

    typealias Mark = KeptValues<Value>.Mark
    typealias Answer = (value: Value, timeToLive: RemainingTimeToLive)

    let options: Freshness
    let failedWrites = FailedWriteLog()

    /// In the backend; zero if values are kept elsewhere.
    let graceInBackend: Duration

    /// Whether what is left of a value's time to live has to be read with it.
    let readsTimeToLive: Bool

    private let kept: KeptValues<Value>?
    private let early: EarlyRefresh
    private let computationTime = ComputationTime()
    private let pauses: FailurePauses<Value>

    /// The whole times to live that a ``Computed`` has chosen, if early refreshes depend on them.
    private let wholeTimesToLive: TypedMemory<Duration>?

    init(_ options: Freshness) {
        self.options = options
        graceInBackend = options.graceInBackend
        switch options.keeping {
        case .server: kept = nil
        case .memory(let entries):
            let grace = Freshness.clamped(options.grace)
            let isUsed = grace > .zero || options.onBackendError == .staleOrCompute
            kept = isUsed ? KeptValues(limit: entries, grace: grace, clock: options.clock) : nil
        }
        readsTimeToLive = kept != nil || graceInBackend > .zero || options.early != .off
        early = EarlyRefresh(early: options.early)
        wholeTimesToLive =
            options.early == .off ? nil : TypedMemory(limit: .entries(Self.timesToLiveLimit), clock: options.clock)
        pauses = FailurePauses(of: options.retryPause, clock: options.clock)
    }

    /// Bounds the memory. A value whose time is forgotten is taken to live as long as is usual.
    private static var timesToLiveLimit: Int { 10_000 }

    /// How long a computation may take; nil is without limit.
    var limit: Duration? { options.limit.map(Freshness.clamped) }

    /// How long to wait if there is a stale value; nil is as long as it takes.
    var wait: Duration? { options.wait.map(Freshness.clamped) }

    /// Whether values are computed anew while they are fresh.
    var refreshesEarly: Bool { options.early != .off }
}

// MARK: - Reading

extension FreshnessState {
    /// To be taken before the backend is asked.
    var mark: Mark? { kept?.mark }

    /// What an answer of the backend means.
    func found(_ answer: Answer?, of key: String, since mark: Mark?) -> Found {
        guard let (value, timeToLive) = answer else {
            guard let kept, let mark, let copy = kept.findStale(key, since: mark) else { return .missing }
            return .stale(copy)
        }
        guard let remaining = remaining(timeToLive) else { return .stale(value) }
        if let kept, let mark { kept.keep(value, of: key, remaining, since: mark) }
        guard case .after(let duration) = remaining else { return .fresh(value, remaining: nil) }
        return .fresh(value, remaining: duration)
    }

    /// What is left of a value's own time to live; nil if it is stale.
    func remaining(_ timeToLive: RemainingTimeToLive) -> RemainingTimeToLive? {
        guard graceInBackend > .zero, case .after(let duration) = timeToLive else { return timeToLive }
        return timeToLive.isFresh(withGrace: graceInBackend) ? .after(duration - graceInBackend) : nil
    }

    /// The copy to serve because the backend has failed.
    func copy(of key: String, insteadOf error: any Error) -> Value? {
        guard options.onBackendError == .staleOrCompute, BackendOutage.isOutage(error) else { return nil }
        return kept?.find(key)?.value
    }

    /// Whether calls that can do without the backend go on in spite of an error.
    func tolerates(_ error: any Error) -> Bool {
        options.onBackendError != .throw && BackendOutage.isOutage(error)
    }
}

// MARK: - Writing

extension FreshnessState {
    /// How long the backend is to keep a value.
    func timeToLiveInBackend(_ timeToLive: Duration?) -> Duration? {
        guard graceInBackend > .zero, let timeToLive, timeToLive > .zero else { return timeToLive }
        // What is too long to count is refused by the backend, not here.
        let longest = Duration.milliseconds(TimeToLive.longestInMilliseconds)
        return timeToLive < longest && graceInBackend < longest ? timeToLive + graceInBackend : timeToLive
    }

    /// The moment until which the backend is to keep a value.
    func deadlineInBackend(_ deadline: Date?) -> Date? {
        guard graceInBackend > .zero, let deadline, deadline > Date() else { return deadline }
        return deadline.addingTimeInterval(graceInBackend / .seconds(1))
    }

    /// Begins a write: copies and pauses of its keys are over.
    func beginWriting(_ keys: [String]) -> Mark? {
        pauses.end(keys)
        return kept?.beginWriting(keys)
    }

    /// Keeps what was stored.
    ///
    /// - Parameters:
    ///   - timeToLive: the values' own; nil is for ever.
    ///   - isStored: whether the backend has them; otherwise copies of them count as stale.
    func endWriting(
        _ items: [(key: String, value: Value)], timeToLive: Duration?, since mark: Mark?, isStored: Bool = true
    ) {
        guard let kept, let mark else { return }
        kept.endWriting(items, timeToLive.map { .after($0) } ?? .forever, since: mark, isStored: isStored)
    }

    /// A write has ended that leaves nothing to keep.
    func endWriting(_ keys: [String]) {
        kept?.endWriting(keys)
    }

    /// A write has failed: its keys are to be deleted later.
    ///
    /// - Returns: whether the caller has to start a sender: see ``FailedWriteLog``.
    /// - Throws: the error, if it is not tolerated, or there is no room for more keys.
    func endWriting(_ keys: [String], failedWith error: any Error) throws -> Bool {
        kept?.endWriting(keys)
        guard tolerates(error) else { throw BackendOutage.cause(of: error) }
        let (isAdded, mustSend) = failedWrites.add(keys)
        guard isAdded else { throw error }
        return mustSend
    }

    /// All keys are about to be removed.
    ///
    /// - Returns: the failed writes whose keys that removes.
    func beginClearing() -> FailedWrites.Batch {
        pauses.endAll()
        kept?.clear()
        return failedWrites.all
    }

    /// All keys have been removed, or it failed.
    ///
    /// - Parameter deleted: the failed writes whose keys were removed with all others; nil if it failed.
    func endClearing(_ deleted: FailedWrites.Batch?) {
        kept?.clear()
        if let deleted { failedWrites.remove(deleted) }
    }

    /// A key's value is about to be made stale: its pause is over.
    func beginMarkingStale(_ key: String) -> Mark? {
        pauses.end([key])
        return mark
    }

    /// Keeps a value that was just taken out of the backend, as a stale one.
    func keepStale(_ value: Value, of key: String, since mark: Mark?) {
        if let mark { kept?.keepStale(value, of: key, since: mark) }
    }
}

// MARK: - Computing

extension FreshnessState {
    /// Whether to compute a value anew although it is fresh.
    func isEarlyRefreshDue(_ key: String, remaining: Duration?, of timeToLive: Duration?) -> Bool {
        guard refreshesEarly, remaining != nil else { return false }
        // Only a closed memory fails, and this one is never closed.
        let whole = (try? wholeTimesToLive?.get(key)) ?? timeToLive
        let isDue = early.isDue(
            remaining: remaining, of: whole, computation: computationTime.mean, chance: .random(in: 0...1))
        return isDue && !pauses.isPaused(key)
    }

    /// Whether its computation has failed so recently that it is not to be tried again yet.
    func isPaused(_ key: String) -> Bool { pauses.isPaused(key) }

    /// What a failed computation gave to use while it is not tried again.
    func fallback(_ key: String) -> Value? { pauses.fallback(key) }

    /// Notes what came of a computation, for keys that nobody has written meanwhile.
    func note(_ computed: ComputedValues<Value>, of keys: [CacheKey], after duration: Duration) {
        computationTime.note(duration)
        pauses.end(keys.map(\.text))
        guard let terms = computed.terms else { return }
        for key in keys {
            guard let terms = terms[key] else { continue }
            if terms.isFailure { pauses.begin(key.text, fallback: computed.values[key]) }
            guard terms.isStored, let whole = terms.timeToLive else { continue }
            _ = try? wholeTimesToLive?.set(key.text, to: whole, timeToLive: whole, ifNotExists: false)
        }
    }

    /// Notes that a computation has failed.
    func note(_ error: any Error, of keys: [CacheKey]) {
        // Nobody was left to wait for it; or it has not failed, but could not be stored.
        if error is CancellationError || error is StoringFailure { return }
        for key in keys { pauses.begin(key.text) }
    }

    /// What a look at several keys has found.
    struct Look {
        /// What is served as it is: fresh values, and what failed computations gave.
        var values: [CacheKey: Value] = [:]
        /// Those of them that are to be computed anew all the same.
        var early: [CacheKey] = []
        var stale: [CacheKey: Value] = [:]
        var missing: [CacheKey] = []
    }

    /// Tells what is to be done for each of several keys.
    ///
    /// - Parameter keys: each once, in the order of what was found.
    func classify(_ keys: [CacheKey], _ found: [Found], timeToLive: Duration?) -> Look {
        var look = Look()
        for (key, found) in zip(keys, found) {
            switch found {
            case .fresh(let value, let remaining):
                look.values[key] = value
                if isEarlyRefreshDue(key.text, remaining: remaining, of: timeToLive) { look.early.append(key) }
            case .stale(let value): look.stale[key] = value
            case .missing:
                if let value = fallback(key.text) { look.values[key] = value } else { look.missing.append(key) }
            }
        }
        return look
    }
}
