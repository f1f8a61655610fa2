import Synchronization

/// A number that many tasks and threads count up.
final class Counter: Sendable {
    private let number = Atomic<Int>(0)

    var count: Int { number.load(ordering: .sequentiallyConsistent) }

    func add(_ amount: Int = 1) {
        number.add(amount, ordering: .sequentiallyConsistent)
    }
}
