import Foundation

/// A computation that threads wait for. One of them computes.
final class BlockingFlight<Value: Sendable>: Sendable {
    typealias Landing = Result<[String: Value], any Error>

    /// Who computes. The thread lives as long as the flight is in the air, so no other has its identifier.
    private let thread = ObjectIdentifier(Thread.current)
    private let condition = NSCondition()

    /// Nil while the flight is in the air. Touched under the condition's lock alone, hence the `unsafe`.
    private nonisolated(unsafe) var landing: Landing?

    /// Whether this thread is the one that computes; waiting for it would never end.
    var isOwn: Bool { thread == ObjectIdentifier(Thread.current) }

    func land(_ landing: Landing) {
        condition.withLock {
            self.landing = landing
            condition.broadcast()
        }
    }

    /// Blocks the thread until the flight has landed.
    func wait() throws -> [String: Value] {
        let result: Landing = condition.withLock {
            while true {
                if let landing { return landing }
                condition.wait()
            }
        }
        return try result.get()
    }
}
