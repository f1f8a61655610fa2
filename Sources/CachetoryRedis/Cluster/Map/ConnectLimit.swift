import CachetoryLocking
import Dispatch

/// How many connections of a cluster are made at once, whichever nodes they are to: a thousand clients that all come back at
/// the same moment are enough for its servers as it is.
///
/// An attempt that has taken a while gives its place to the next one: nodes that do not answer are no load, and those that
/// do are not to wait for them.
package final class ConnectLimit: Sendable {
    package static let `default` = 16

    /// After so long an attempt does not count any more.
    package static let patience = Duration.milliseconds(300)

    /// One of so many places, for ``release(_:)``.
    package struct Place: Sendable, Hashable {
        fileprivate let number: UInt64
    }

    private struct State {
        var free: Int
        /// Since when each place is taken.
        var taken: [Place: Timestamp] = [:]
        var waiting: ArraySlice<@Sendable (Place) -> Bool> = []
        var lastNumber: UInt64 = 0

        mutating func takePlace(at now: Timestamp = .now) -> Place {
            lastNumber += 1
            let place = Place(number: lastNumber)
            taken[place] = now
            return place
        }

        /// When somebody who waits gets the place of an attempt that takes long.
        var nextPlace: Timestamp {
            waiting.isEmpty ? .distantFuture : taken.values.min().map { $0 + ConnectLimit.patience } ?? .distantFuture
        }
    }

    private let state: Lock<State>
    private let wake: @Sendable (Timestamp) -> Void

    /// - Parameter wake: has ``tick(at:)`` called at a moment.
    package init(_ limit: Int = ConnectLimit.default, wake: @escaping @Sendable (Timestamp) -> Void) {
        state = Lock(State(free: limit))
        self.wake = wake
    }

    /// Calls a closure at once, or when it is its turn, in the order of the calls. It is to be followed by one
    /// ``release(_:)``.
    ///
    /// - Parameter begin: returns false if nobody wants it any more; then there is no release.
    package func whenFree(_ begin: @escaping @Sendable (Place) -> Bool) {
        let (place, nextPlace) = state.withLock { state -> (Place?, Timestamp) in
            if state.free == 0 {
                state.waiting.append(begin)
                return (nil, state.nextPlace)
            }
            state.free -= 1
            return (state.takePlace(), .distantFuture)
        }
        guard let place else { return wake(nextPlace) }
        if !begin(place) { release(place) }
    }

    /// An attempt has ended. Does nothing if its place is another's already.
    package func release(_ place: Place) {
        var place = place
        while let next = handOn(place) {
            if next.begin(next.place) { return }
            place = next.place
        }
    }

    /// Gives the places of attempts that take long to those who wait.
    ///
    /// - Returns: when there is something to do again.
    package func tick(at now: Timestamp) -> Timestamp {
        while true {
            let (overdue, nextPlace) = state.withLock { state -> (Place?, Timestamp) in
                let nextPlace = state.nextPlace
                if nextPlace > now { return (nil, nextPlace) }
                return (state.taken.min { $0.value < $1.value }?.key, nextPlace)
            }
            guard let overdue else { return nextPlace }
            release(overdue)
        }
    }

    private func handOn(_ place: Place) -> (place: Place, begin: @Sendable (Place) -> Bool)? {
        state.withLock { state in
            guard state.taken.removeValue(forKey: place) != nil else { return nil }
            if let next = state.waiting.popFirst() { return (state.takePlace(), next) }
            state.free += 1
            return nil
        }
    }

    /// Waits until it is the caller's turn, blocking its thread.
    ///
    /// - Returns: nil if the deadline came first; then there is no release.
    package func wait(until deadline: Timestamp) -> Place? {
        let semaphore = DispatchSemaphore(value: 0)
        let turn = Lock((isWanted: true, place: Place?.none))
        whenFree { place in
            turn.withLock { turn in
                guard turn.isWanted else { return false }
                turn.place = place
                semaphore.signal()
                return true
            }
        }
        let time = max(0, deadline - .now)
        _ = semaphore.wait(timeout: .now() + .nanoseconds(Int(clamping: time)))
        return turn.withLock { turn in
            turn.isWanted = false
            return turn.place
        }
    }
}
