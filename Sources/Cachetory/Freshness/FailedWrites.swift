/// Keys whose writes have failed, and which are to be deleted as soon as the backend answers again: a plain value.
struct FailedWrites {
    /// How many keys are remembered.
    static let limit = 10_000

    /// How many are deleted at a time.
    static let step = 1_000

    /// Each with the number of its last failure, and how often its deletion has been tried in vain since.
    private var failures: [CacheKey: Failure] = [:]

    fileprivate struct Failure {
        let number: Int
        var attempts = 0
    }

    /// Each attempt in vain halves the step, this often at most. So a key whose deletion is always refused fails
    /// together with few others.
    private static let mostHalvings = 7
    private var lastFailure = 0

    var isEmpty: Bool { failures.isEmpty }
    var count: Int { failures.count }

    /// Keys, as they were remembered when a deletion of them began.
    struct Batch: Sendable {
        fileprivate let failures: [CacheKey: Int]

        var isEmpty: Bool { failures.isEmpty }
        var keys: [String] { failures.keys.map(\.text) }
    }

    /// Remembers keys.
    ///
    /// - Returns: whether there is room for all of them; otherwise none is remembered.
    mutating func add(_ keys: [String]) -> Bool {
        let keys = Set(keys.map(CacheKey.init))
        let new = keys.count { failures[$0] == nil }
        guard failures.count + new <= Self.limit else { return false }
        lastFailure += 1
        for key in keys { failures[key] = Failure(number: lastFailure) }
        return true
    }

    /// Those of some keys that are to be deleted.
    func batch(of keys: [String]) -> Batch {
        if failures.isEmpty { return Batch(failures: [:]) }
        var batch: [CacheKey: Int] = [:]
        for key in keys.lazy.map(CacheKey.init) { batch[key] = failures[key]?.number }
        return Batch(failures: batch)
    }

    /// All that are to be deleted.
    var all: Batch { Batch(failures: failures.mapValues(\.number)) }

    /// Up to a step of those keys that were tried least often.
    func nextBatch() -> Batch {
        guard let least = failures.values.map(\.attempts).min() else { return Batch(failures: [:]) }
        var batch: [CacheKey: Int] = [:]
        for (key, failure) in failures where failure.attempts == least {
            batch[key] = failure.number
            if batch.count == Self.step >> min(least, Self.mostHalvings) { break }
        }
        return Batch(failures: batch)
    }

    /// They could not be deleted. The others come first now.
    mutating func postpone(_ batch: Batch) {
        for (key, number) in batch.failures where failures[key]?.number == number { failures[key]?.attempts += 1 }
    }

    /// They have been deleted. Those that have failed once more since stay.
    mutating func remove(_ batch: Batch) {
        for (key, number) in batch.failures where failures[key]?.number == number { failures[key] = nil }
    }

    mutating func removeAll() {
        failures = [:]
    }
}
