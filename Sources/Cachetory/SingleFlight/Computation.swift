import CachetoryLocking
import Synchronization

/// The identity of a call, for the code that computes its values: by it, a computation that would wait for itself is
/// found, in all caches of the process.
final class Computation: Sendable {
    /// The computation that the running code is part of; that of a task also holds in tasks that it makes.
    @TaskLocal static var current: Computation?

    private static let graph = Lock(WaitGraph<ObjectIdentifier>())

    private let hasEnded = Atomic(false)

    /// Ends it. A task that it left behind is not part of it any more.
    func end() {
        hasEnded.store(true, ordering: .sequentiallyConsistent)
    }

    /// Notes that the running code waits for other computations, if it is part of one itself.
    ///
    /// - Parameter others: each with the key that is waited for.
    /// - Returns: what has to be ended after the wait, nil if nothing was noted.
    /// - Throws: ``CacheError/cycle(_:)`` if one of them waits for this one, and would do so for ever.
    static func beginWait(for others: [(computation: Computation, key: CacheKey)]) throws(CacheError) -> Wait? {
        guard let current, !others.isEmpty else { return nil }
        return try beginWait(of: current, for: others)
    }

    private static func beginWait(
        of waiter: Computation, for others: [(computation: Computation, key: CacheKey)]
    ) throws(CacheError) -> Wait? {
        var wait = Wait(waiter: waiter)
        let cycle: [String]? = graph.withLock { graph in
            // Nobody waits for it any more.
            if waiter.hasEnded.load(ordering: .sequentiallyConsistent) { return nil }
            for (computation, key) in others {
                let other = ObjectIdentifier(computation)
                if let cycle = graph.add(ObjectIdentifier(waiter), waitingFor: other, key: key.text) {
                    wait.remove(from: &graph)
                    return cycle
                }
                wait.others.append(computation)
            }
            return nil
        }
        if let cycle { throw .cycle(cycle) }
        return wait
    }

    /// What a computation waits for.
    struct Wait: Sendable {
        fileprivate let waiter: Computation
        fileprivate var others: [Computation] = []

        func end() {
            if others.isEmpty { return }
            graph.withLock { remove(from: &$0) }
        }

        fileprivate func remove(from graph: inout WaitGraph<ObjectIdentifier>) {
            for other in others { graph.remove(ObjectIdentifier(waiter), waitingFor: ObjectIdentifier(other)) }
        }
    }
}
