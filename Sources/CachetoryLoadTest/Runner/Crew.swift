import Dispatch
import Synchronization

/// Counts the workers that are still at work.
final class Crew: Sendable {
    private let group = DispatchGroup()
    private let count = Atomic(0)

    func join() {
        group.enter()
        count.wrappingAdd(1, ordering: .relaxed)
    }

    func leave() {
        count.wrappingSubtract(1, ordering: .relaxed)
        group.leave()
    }

    /// How many workers have not left.
    var remaining: Int { count.load(ordering: .relaxed) }

    /// Blocks until all have left; false if the time is over before.
    func wait(_ time: DispatchTimeInterval) -> Bool {
        group.wait(timeout: .now() + time) == .success
    }
}
