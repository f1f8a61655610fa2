import CachetoryLocking

/// Holds one task until a test opens it, or until the task is cancelled.
struct Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    func open() { continuation.finish() }

    func pass() async throws {
        for await _ in stream {}
        try Task.checkCancellation()
    }
}

/// Waits until something is true that other tasks bring about, for a minute at most: what is expected behind it fails then.
/// A time limit of the suite would not end tasks that the test has started.
func eventually(_ condition: () -> Bool) async {
    let end = ContinuousClock.now + .seconds(60)
    while !condition(), ContinuousClock.now < end { await Task.yield() }
}

/// Counts by name, from any task or thread.
final class Tally: Sendable {
    private let counts = Lock<[String: Int]>([:])

    var all: [String: Int] { counts.withLock { $0 } }

    /// Of all names together.
    var total: Int { all.values.reduce(0, +) }

    func add(_ names: String...) { add(names) }

    func add(_ names: [String]) {
        counts.withLock { counts in
            for name in names { counts[name, default: 0] += 1 }
        }
    }
}
