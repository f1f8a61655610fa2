import CachetoryLocking

/// What a proxy was told to do, and what it counted.
final class ProxyOrders: Sendable {
    struct State {
        /// For connections to come.
        var usual = LinkFaults.none

        /// For the next ones, before the usual ones hold.
        var coming: [LinkFaults] = []

        /// For those that are there.
        var struck = LinkFaults.none
        var strikes = 0

        var isStopped = false

        /// How many bytes passed on the newest connection since the last strike.
        var passed: (requests: Int, replies: Int) = (0, 0)

        /// How many connections came.
        var accepted = 0

        mutating func takeNext() -> LinkFaults {
            accepted += 1
            return coming.isEmpty ? usual.forConnection(accepted) : coming.removeFirst()
        }
    }

    private let state = Lock(State())

    func withLock<Result>(_ body: (inout State) -> Result) -> Result {
        state.withLock { body(&$0) }
    }
}
