import CachetoryLocking

/// Counts what was done.
package final class FaultTally: Sendable {
    private let tally = Lock<[String: Int]>([:])

    package init() {}

    package var counts: [String: Int] { tally.withLock { $0 } }

    func add(_ name: String) {
        tally.withLock { $0[name, default: 0] += 1 }
    }
}
