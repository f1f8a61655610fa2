import CachetorySmallFoundation

/// Whether a value that is still fresh is to be computed anew: a plain value without clocks.
struct EarlyRefresh: Sendable {
    let early: Freshness.Early

    /// - Parameters:
    ///   - remaining: what is left of the value's time to live; nil is for ever, or not known.
    ///   - timeToLive: all of it; nil is for ever, or not known.
    ///   - computation: how long a computation takes; nil before the first.
    ///   - chance: at random, from 0 to 1.
    func isDue(
        remaining: Duration?, of timeToLive: Duration?, computation: Duration?, chance: Double
    ) -> Bool {
        guard let remaining else { return false }
        switch early {
        case .off: return false
        case .remaining(let fraction):
            guard let timeToLive, fraction > 0 else { return false }
            return remaining / .seconds(1) <= min(fraction, 1) * (timeToLive / .seconds(1))
        case .probabilistic(let beta):
            guard var computation, beta > 0 else { return false }
            if let timeToLive { computation = min(computation, timeToLive / 2) }
            // Of 0 the logarithm is infinite, and so it would be due whatever is left.
            let draw = -log(max(chance, .leastNonzeroMagnitude))
            return remaining / .seconds(1) <= computation / .seconds(1) * beta * draw
        }
    }
}
