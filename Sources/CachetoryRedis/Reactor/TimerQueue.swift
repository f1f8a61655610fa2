/// Which timer is due when: one each for a connection, so few that a linear search is the fastest.
package struct TimerQueue: Sendable {
    private var timers: [(token: UInt64, deadline: Timestamp)] = []

    /// When the earliest timer is due; the distant future where there is none.
    package private(set) var next = Timestamp.distantFuture

    package init() {}

    /// Sets a timer, unless the token has an earlier one.
    ///
    /// So it does not matter in which order threads get here that found, one after the other, ever earlier deadlines. A
    /// timer that turns out to be too early costs a look and is set again.
    package mutating func schedule(_ token: UInt64, at deadline: Timestamp) {
        if let index = timers.firstIndex(where: { $0.token == token }) {
            timers[index].deadline = min(timers[index].deadline, deadline)
        } else {
            timers.append((token, deadline))
        }
        next = min(next, deadline)
    }

    /// Drops a timer, if there is one.
    package mutating func cancel(_ token: UInt64) {
        timers.removeAll { $0.token == token }
        findNext()
    }

    /// Takes the timers that are due.
    package mutating func takeDue(at now: Timestamp) -> [UInt64] {
        guard next <= now else { return [] }
        let due = timers.filter { $0.deadline <= now }.map(\.token)
        timers.removeAll { $0.deadline <= now }
        findNext()
        return due
    }

    private mutating func findNext() {
        next = timers.map(\.deadline).min() ?? .distantFuture
    }
}
