import CachetoryLocking

/// How many threads ask nodes at once, those of earlier rounds included: the user's code that provides the credentials may
/// hang, and knows no deadline.
final class QuestionLimit: Sendable {
    private let limit: Int
    private let underWay = Lock(0)

    /// As many as two rounds of all seeds, or several of the known nodes.
    init(seeds: Int) {
        limit = 16 + 2 * seeds
    }

    /// - Returns: whether there is a place, to be given up with ``end()``.
    func begin() -> Bool {
        underWay.withLock { count in
            if count >= limit { return false }
            count += 1
            return true
        }
    }

    func end() {
        underWay.withLock { $0 -= 1 }
    }
}
