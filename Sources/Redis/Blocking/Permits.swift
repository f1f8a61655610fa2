import Dispatch
import Locking

/// As many permits as there may be connections, given to threads in the order in which they ask.
///
/// Each thread that waits has a semaphore of its own: one that they share does not keep to their order.
package final class Permits: Sendable {
    private struct State {
        /// None while anybody waits.
        var free: Int
        /// Who came first is first. Threads are thousands at most, so an array does.
        var waiting: [DispatchSemaphore] = []
    }

    private let state: Lock<State>

    package init(_ count: Int) {
        state = Lock(State(free: count))
    }

    /// How many threads wait.
    package var waiterCount: Int { state.withLock { $0.waiting.count } }

    /// Takes one; waits for it, if there is none, for so many nanoseconds at most.
    ///
    /// - Returns: false if there was none until then.
    package func take(within nanoseconds: Int64) -> Bool {
        let (isTaken, semaphore) = state.withLock { state -> (Bool, DispatchSemaphore?) in
            if state.free > 0 {
                state.free -= 1
                return (true, nil)
            }
            if nanoseconds <= 0 { return (false, nil) }
            let semaphore = DispatchSemaphore(value: 0)
            state.waiting.append(semaphore)
            return (false, semaphore)
        }
        guard let semaphore else { return isTaken }
        if semaphore.wait(timeout: .now() + .nanoseconds(Int(clamping: nanoseconds))) == .success { return true }
        return state.withLock { state in
            // Who stands in line no more was given one in the last moment.
            guard let place = state.waiting.firstIndex(where: { $0 === semaphore }) else { return true }
            state.waiting.remove(at: place)
            return false
        }
    }

    /// Gives one back, or adds one: to the thread that has waited longest, if any does.
    package func giveBack() {
        let next = state.withLock { state -> DispatchSemaphore? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.signal()
    }
}
