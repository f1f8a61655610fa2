import Synchronization

/// How long the computations of a cache take on average: a moving mean, in which the last one counts for an eighth.
final class ComputationTime: Sendable {
    private let nanoseconds = Atomic<Int64>(0)

    /// Nil before the first.
    var mean: Duration? {
        let mean = nanoseconds.load(ordering: .relaxed)
        return mean == 0 ? nil : .nanoseconds(mean)
    }

    func note(_ duration: Duration) {
        let last = Int64(max(1, min(duration / .nanoseconds(1), Self.longest)))
        var old = nanoseconds.load(ordering: .relaxed)
        while true {
            let mean = old == 0 ? last : max(1, old + (last - old) / 8)
            let (isDone, current) = nanoseconds.compareExchange(expected: old, desired: mean, ordering: .relaxed)
            if isDone { return }
            old = current
        }
    }

    /// A century, in nanoseconds.
    private static let longest = 3.2e18
}
