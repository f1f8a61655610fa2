import Synchronization

/// Turned once, and seen by many tasks and threads.
final class Switch: Sendable {
    private let isTurned = Atomic<Bool>(false)

    var isOn: Bool { isTurned.load(ordering: .sequentiallyConsistent) }

    func turnOn() {
        isTurned.store(true, ordering: .sequentiallyConsistent)
    }
}
