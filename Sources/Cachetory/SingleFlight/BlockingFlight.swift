import Locking

/// A computation that threads wait for. One of them computes.
final class BlockingFlight<Value: Sendable>: Sendable {
    typealias Landing = Result<[String: Value], any Error>

    /// Who computes. The thread lives as long as the flight is in the air, so no other has its identity.
    private let thread = ThreadIdentity.current

    /// Opened when the flight has landed.
    private let latch = Latch()

    /// Nil while the flight is in the air.
    private let landing = Lock<Landing?>(nil)

    /// Whether this thread is the one that computes; waiting for it would never end.
    var isOwn: Bool { thread == .current }

    func land(_ landing: Landing) {
        self.landing.withLock { $0 = landing }
        latch.open()
    }

    /// Blocks the thread until the flight has landed.
    func wait() throws -> [String: Value] {
        while true {
            if let landing = landing.withLock({ $0 }) { return try landing.get() }
            latch.wait()
        }
    }
}
