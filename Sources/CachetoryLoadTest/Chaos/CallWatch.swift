import CachetoryLocking
import Dispatch

/// Watches the calls of a run: how late they end, when one succeeds, the first success after a fault, and how many fail after
/// each.
final class CallWatch: Sendable {
    /// An awaited success.
    private struct Awaited {
        let after: UInt64
        let isWrite: Bool
        let slots: SlotSet?
        let semaphore: DispatchSemaphore
        var success: UInt64?
    }

    private struct State {
        var lateness: Lateness
        /// Of each part of a cluster's slots; one of a server.
        var availability: [Availability]
        var awaited: Awaited?
        /// When each event began, and how many calls that began before the next one have failed.
        var events: [(begin: UInt64, failures: Int)] = []
    }
    private let state: Lock<State>

    /// Of a cluster.
    private let places: KeyPlaces?

    init(begin: UInt64, timeout: Duration, slack: Duration, places: KeyPlaces? = nil) {
        self.places = places
        state = Lock(
            State(
                lateness: Lateness(timeout: timeout, slack: slack),
                availability: Array(repeating: Availability(begin: begin), count: places?.parts ?? 1)))
    }

    /// Is told when a call has ended well.
    ///
    /// - Parameter keys: the call's keys; only needed on a cluster.
    func didSucceed(from start: UInt64, at now: UInt64, isWrite: Bool, keys: @autoclosure () -> [Int] = []) {
        let keys = places == nil ? [] : keys()
        state.withLock { state in
            state.lateness.note(from: start, to: now, end: "a success")
            if let places {
                for key in keys { state.availability[places.part(of: key)].noteSuccess(at: now) }
            } else {
                state.availability[0].noteSuccess(at: now)
            }
            guard let awaited = state.awaited, awaited.success == nil, now > awaited.after else { return }
            guard isWrite || !awaited.isWrite, areAmong(awaited.slots, keys) else { return }
            state.awaited?.success = now
            awaited.semaphore.signal()
        }
    }

    private func areAmong(_ slots: SlotSet?, _ keys: [Int]) -> Bool {
        guard let slots, let places else { return true }
        return keys.contains { places.isKey($0, in: slots) }
    }

    /// Is told when a call has failed.
    func didFail(from start: UInt64, at now: UInt64, _ error: any Error) {
        state.withLock { state in
            state.lateness.note(from: start, to: now, end: "\(error)")
            if let event = state.events.lastIndex(where: { $0.begin <= start }) { state.events[event].failures += 1 }
        }
    }

    /// Is called before a fault is injected.
    func eventBegins(at now: UInt64) {
        state.withLock { $0.events.append((now, 0)) }
    }

    /// For each event, the number of failed calls that began after it and before the next one.
    var failures: [Int] { state.withLock { $0.events.map(\.failures) } }

    /// Blocks until a call has succeeded.
    ///
    /// - Parameters:
    ///   - after: a success must end later.
    ///   - isWrite: whether it must be a write.
    ///   - slots: where a key of it must be; nil for anywhere.
    /// - Returns: when it ended; nil if there was none in time.
    func success(after: UInt64, isWrite: Bool, on slots: SlotSet? = nil, within time: Duration) -> UInt64? {
        let semaphore = DispatchSemaphore(value: 0)
        state.withLock {
            $0.awaited = Awaited(after: after, isWrite: isWrite, slots: slots, semaphore: semaphore)
        }
        _ = semaphore.wait(timeout: .now() + .nanoseconds(Int(time.nanoseconds)))
        return state.withLock { $0.awaited.take()?.success }
    }

    var lateness: Lateness { state.withLock { $0.lateness } }

    /// The share of the time until then in whose steps a call has succeeded: of each part of a cluster's slots.
    func availability(until end: UInt64) -> [Double] {
        state.withLock { $0.availability.map { $0.share(until: end) } }
    }
}
