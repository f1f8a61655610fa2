import CachetoryLocking
import Dispatch

/// Something that is done for each of some nodes, on a thread of its own, and what came of it.
final class ThreadsOfNodes<Work: Sendable, Answer: Sendable>: Sendable {
    private let body: @Sendable (Work) -> [Answer]
    private let count: Int
    private let collected = Lock<[Answer]>([])
    private let ended = DispatchSemaphore(value: 0)

    /// For which the system had no thread left.
    private let left = Lock<[Work]>([])

    init(_ works: [Work], _ body: @escaping @Sendable (Work) -> [Answer]) {
        self.body = body
        count = works.count
        for work in works {
            do {
                try JoinableThread.startDetached { [self] in run(work) }
            } catch {
                left.withLock { $0.append(work) }
            }
        }
    }

    /// Waits until all have ended, and does here what has no thread.
    func answers() -> [Answer] {
        for work in left.withLock({ $0 }) { run(work) }
        for _ in 0..<count { ended.wait() }
        return collected.withLock { $0 }
    }

    private func run(_ work: Work) {
        let answers = body(work)
        collected.withLock { $0 += answers }
        ended.signal()
    }
}
