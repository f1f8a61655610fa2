package import Dispatch

/// As many permits as there may be connections, given to threads in the order in which they ask. A pure value: whoever
/// guards it waits and signals, after unlocking.
///
/// Each thread that waits has a semaphore of its own: one that they share does not keep to their order.
package struct FairSemaphore: Sendable {
    /// None while anybody waits.
    private var free: Int

    /// How many are taken, those included that were given to threads which are about to wake up.
    package private(set) var lent = 0

    /// Who came first is first. Threads are thousands at most, so an array does.
    private var waiting: [DispatchSemaphore] = []

    package init(_ count: Int) {
        free = count
    }

    /// How many threads wait.
    package var waiterCount: Int { waiting.count }

    /// Takes one, if there is one.
    package mutating func take() -> Bool {
        guard free > 0 else { return false }
        free -= 1
        lent += 1
        return true
    }

    /// Joins the line. With none free: whoever could take one at once must not wait for it.
    package mutating func join(_ waiter: DispatchSemaphore) {
        precondition(free == 0)
        waiting.append(waiter)
    }

    /// Gives up waiting.
    ///
    /// - Returns: false if it waits no more: it was given one in the last moment.
    package mutating func leave(_ waiter: DispatchSemaphore) -> Bool {
        guard let place = waiting.firstIndex(where: { $0 === waiter }) else { return false }
        waiting.remove(at: place)
        return true
    }

    /// Gives one back.
    ///
    /// - Returns: the thread that has waited longest, which has it now and is to be signalled; nil if nobody waits.
    package mutating func giveBack() -> DispatchSemaphore? {
        lent -= 1
        return add()
    }

    /// Adds one to those that there are.
    ///
    /// - Returns: as ``giveBack()``.
    package mutating func add() -> DispatchSemaphore? {
        guard !waiting.isEmpty else {
            free += 1
            return nil
        }
        lent += 1
        return waiting.removeFirst()
    }
}
