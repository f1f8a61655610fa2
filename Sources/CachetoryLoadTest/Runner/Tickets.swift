import Synchronization

/// Numbers operations across all workers, up to a limit.
///
/// Each worker takes a few numbers at once, since contention on a counter at each operation would cost more than the
/// rest of the accounting.
final class Tickets: Sendable {
    /// How many numbers there are.
    let limit: Int

    private let next = Atomic(0)
    private let chunk: Int

    /// Few enough that workers end at about the same time.
    private static let largestChunk = 64

    /// - Parameter inOrder: whether numbers must be handed out one by one, because each has its time.
    init(limit: Int, workers: Int, inOrder: Bool) {
        self.limit = limit
        let share = limit / workers / 16
        chunk = inOrder ? 1 : min(max(1, share), Self.largestChunk)
    }

    /// The next numbers for one worker; none if the limit is reached.
    func take() -> Range<Int> {
        // Read first, so that the counter stays near the limit however often it is asked.
        guard next.load(ordering: .relaxed) < limit else { return 0..<0 }
        let first = next.wrappingAdd(chunk, ordering: .relaxed).oldValue
        return min(first, limit)..<min(first + chunk, limit)
    }

    /// How many numbers were taken.
    var taken: Int { min(next.load(ordering: .relaxed), limit) }

    var areExhausted: Bool { taken == limit }
}
