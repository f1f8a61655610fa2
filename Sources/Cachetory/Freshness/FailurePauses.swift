/// Negative caching of failed computations: the keys that are not computed for a while.
///
/// A computation that failed with a value to use meanwhile has that value kept here.
final class FailurePauses<Value: Sendable>: Sendable {
    /// Bounds the memory. A key that is forgotten is computed sooner.
    private static var limit: Int { 10_000 }

    private let pauses: TypedMemory<Value?>
    private let pause: Duration

    init(of pause: Duration, clock: MemoryClock) {
        self.pause = pause
        pauses = TypedMemory(limit: .entries(Self.limit), clock: clock)
    }

    func isPaused(_ key: String) -> Bool {
        read(key) != nil
    }

    /// The value to use for a key that is not computed.
    func fallback(_ key: String) -> Value? {
        read(key) ?? nil
    }

    /// Begins or renews a pause, of 20 % more or less at random: so many keys, or processes, that failed together do
    /// not try again together.
    func begin(_ key: String, fallback: Value? = nil) {
        guard pause > .zero else { return }
        let time = pause / .seconds(1) * Double.random(in: 0.8...1.2)
        // Only a closed memory fails, and a time that is too long to count; this one is never closed.
        _ = try? pauses.set(key, to: fallback, timeToLive: .seconds(min(time, Self.longest)), ifNotExists: false)
    }

    func end(_ keys: [String]) {
        if pauses.count > 0 { _ = try? pauses.deleteMany(keys) }
    }

    func endAll() {
        try? pauses.clear()
    }

    /// The pause of a key, nil if there is none.
    private func read(_ key: String) -> Value?? {
        pauses.count == 0 ? nil : (try? pauses.get(key)) ?? nil
    }

    /// A century, in seconds.
    private static var longest: Double { 3.2e9 }
}
