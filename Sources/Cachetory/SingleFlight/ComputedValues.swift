/// Values that a computation made, and how they are to be stored.
struct ComputedValues<Value: Sendable>: Sendable {
    /// What becomes of one value.
    struct Terms: Sendable, Hashable {
        /// Nil is for ever.
        var timeToLive: Duration?
        var isStored = true
        /// Whether the value is what to use because the computation failed.
        var isFailure = false
    }

    /// Values to be stored together.
    typealias Part = (items: [(key: String, value: Value)], timeToLive: Duration?)

    var values: [CacheKey: Value]

    /// Nil is for ever.
    var timeToLive: Duration?

    /// Whether a value stays that somebody else stored meanwhile. Only for a single key.
    var ifNotExists = false

    /// Whether they are to be stored at all.
    var isStored = true

    /// What becomes of each value, where they have terms of their own.
    var terms: [CacheKey: Terms]?

    /// The keys whose values are to be stored.
    var storedKeys: [CacheKey] {
        if !isStored { return [] }
        guard let terms else { return Array(values.keys) }
        return values.keys.filter { terms[$0]?.isStored == true }
    }

    /// The keys whose computation failed.
    var failures: [CacheKey] {
        guard let terms else { return [] }
        return values.keys.filter { terms[$0]?.isFailure == true }
    }

    /// All the values, in as many parts as there are times to live.
    var parts: [Part] {
        guard let terms else { return [(values.map { ($0.key.text, $0.value) }, timeToLive)] }
        var parts: [Duration?: [(key: String, value: Value)]] = [:]
        for (key, value) in values { parts[terms[key]?.timeToLive, default: []].append((key.text, value)) }
        return parts.map { ($0.value, $0.key) }
    }

    /// The same for some of the keys.
    func limited(to keys: [CacheKey]) -> ComputedValues {
        if keys.count == values.count { return self }
        var part = self
        part.values = Dictionary(uniqueKeysWithValues: keys.compactMap { key in values[key].map { (key, $0) } })
        return part
    }

    /// The same with other times to live.
    func mappingTimesToLive(_ change: (_ timeToLive: Duration?) -> Duration?) -> ComputedValues {
        var changed = self
        changed.timeToLive = change(timeToLive)
        changed.terms = terms?.mapValues { terms in
            Terms(timeToLive: change(terms.timeToLive), isStored: terms.isStored, isFailure: terms.isFailure)
        }
        return changed
    }
}

extension ComputedValues {
    /// Values that say for themselves how they are to be stored.
    ///
    /// - Parameter duration: gives the time to live that is meant; asked once for each that differs.
    init(_ computed: [CacheKey: Computed<Value>], duration: (CacheTimeToLive) -> Duration?) {
        var durations: [CacheTimeToLive: Duration?] = [:]
        var terms: [CacheKey: Terms] = [:]
        for (key, computed) in computed {
            let timeToLive: Duration?
            if let known = durations[computed.timeToLive] {
                timeToLive = known
            } else {
                timeToLive = duration(computed.timeToLive)
                durations[computed.timeToLive] = .some(timeToLive)
            }
            let isStored = computed.isStored && !computed.isFailure
            terms[key] = Terms(timeToLive: timeToLive, isStored: isStored, isFailure: computed.isFailure)
        }
        self.init(values: computed.mapValues(\.value), terms: terms)
    }
}

extension AsyncCacheBackend {
    /// Stores what was computed.
    func store(_ computed: ComputedValues<Wire>) async throws {
        if computed.terms == nil, computed.values.count == 1, let (key, value) = computed.values.first {
            return try await store(value, of: key.text, computed.timeToLive, ifNotExists: computed.ifNotExists)
        }
        for part in computed.parts {
            if part.items.count == 1, let (key, value) = part.items.first {
                try await set(key, to: value, timeToLive: part.timeToLive, ifNotExists: false)
            } else {
                try await setMany(part.items, timeToLive: part.timeToLive)
            }
        }
    }

    private func store(_ value: Wire, of key: String, _ timeToLive: Duration?, ifNotExists: Bool) async throws {
        let wasSet = try await set(key, to: value, timeToLive: timeToLive, ifNotExists: ifNotExists)
        // A value that cannot be read would stay, and be computed again and again.
        guard !wasSet, try await get(key) == nil else { return }
        try await set(key, to: value, timeToLive: timeToLive, ifNotExists: false)
    }
}

extension SyncCacheBackend {
    /// Stores what was computed.
    func store(_ computed: ComputedValues<Wire>) throws {
        if computed.terms == nil, computed.values.count == 1, let (key, value) = computed.values.first {
            return try store(value, of: key.text, computed.timeToLive, ifNotExists: computed.ifNotExists)
        }
        for part in computed.parts {
            if part.items.count == 1, let (key, value) = part.items.first {
                try set(key, to: value, timeToLive: part.timeToLive, ifNotExists: false)
            } else {
                try setMany(part.items, timeToLive: part.timeToLive)
            }
        }
    }

    private func store(_ value: Wire, of key: String, _ timeToLive: Duration?, ifNotExists: Bool) throws {
        let wasSet = try set(key, to: value, timeToLive: timeToLive, ifNotExists: ifNotExists)
        // A value that cannot be read would stay, and be computed again and again.
        guard !wasSet, try get(key) == nil else { return }
        try set(key, to: value, timeToLive: timeToLive, ifNotExists: false)
    }
}
