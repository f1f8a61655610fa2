/// What a call has given for its keys: perhaps not for all of them.
struct CallResult<Value: Sendable>: Sendable {
    var values: [CacheKey: Value]

    /// The keys whose value is what to use because their computation failed.
    var failures: Set<CacheKey> = []

    init(_ values: [CacheKey: Value] = [:]) {
        self.values = values
    }

    subscript(key: CacheKey) -> Value? { values[key] }

    mutating func merge(_ other: CallResult) {
        values.merge(other.values) { _, last in last }
        failures.formUnion(other.failures)
    }

    mutating func merge(_ computed: ComputedValues<Value>) {
        values.merge(computed.values) { _, last in last }
        if computed.terms != nil { failures.formUnion(computed.failures) }
    }

    /// Of some keys what to serve: a stale value is better than what a failed computation gave.
    func chosen(of keys: some Sequence<CacheKey>, stale: [CacheKey: Value]) -> [CacheKey: Value] {
        keys.reduce(into: [:]) { chosen, key in
            chosen[key] = (failures.contains(key) ? stale[key] : nil) ?? values[key]
        }
    }
}

extension CallResult: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (CacheKey, Value)...) {
        self.init(Dictionary(elements) { _, last in last })
    }
}

extension CallResult: Equatable where Value: Equatable {}
