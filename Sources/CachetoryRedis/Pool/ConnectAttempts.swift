/// Attempts to connect that are under way: which of them still count, and how many threads have not come back. A pure value.
///
/// An attempt counts as failed at its deadline, whatever its thread does: others must not wait for one that hangs in code
/// which knows no deadline, such as the user's own for the credentials. What such threads cost is bounded.
package struct ConnectAttempts: Sendable {
    package struct Attempt: Sendable, Hashable {
        private let number: UInt64
        package let begun: Timestamp

        /// When its thread has to give up by itself.
        package let deadline: Timestamp

        /// When it counts as failed. Most threads keep to their deadline, and can tell why they failed.
        package var end: Timestamp { deadline + .milliseconds(100) }

        fileprivate init(number: UInt64, begun: Timestamp, deadline: Timestamp) {
            self.number = number
            self.begun = begun
            self.deadline = deadline
        }
    }

    /// So many threads of failed attempts may be left behind before no other is started. What holds up so many one after
    /// the other would hold up the next one as well.
    package static let stuckLimit = 4

    private var underWay: [Attempt] = []

    /// Threads of attempts that count as failed and have not come back.
    package private(set) var stuck = 0
    private var started: UInt64 = 0

    package init() {}

    /// Whether another one may be started.
    package var mayStart: Bool { stuck < Self.stuckLimit }

    package mutating func start(at now: Timestamp, within timeout: Duration) -> Attempt {
        let attempt = Attempt(number: started, begun: now, deadline: now + timeout)
        started += 1
        underWay.append(attempt)
        return attempt
    }

    /// Its thread has come back.
    ///
    /// - Returns: whether it still counts.
    package mutating func finish(_ attempt: Attempt) -> Bool {
        guard let index = underWay.firstIndex(of: attempt) else {
            stuck -= 1
            return false
        }
        underWay.remove(at: index)
        return true
    }

    /// Takes those that have come to their end, and count as failed from now on.
    package mutating func takeOverdue(at now: Timestamp) -> [Attempt] {
        let overdue = underWay.filter { $0.end <= now }
        underWay.removeAll { $0.end <= now }
        stuck += overdue.count
        return overdue
    }

    /// When the next one counts as failed.
    package var nextEnd: Timestamp { underWay.map(\.end).min() ?? .distantFuture }
}
