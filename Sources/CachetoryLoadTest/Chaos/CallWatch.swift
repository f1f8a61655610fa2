import CachetoryLocking
import Dispatch

/// Watches the calls of a run: how late they end, when one succeeds, and the first success after a fault.
final class CallWatch: Sendable {
    /// An awaited success.
    private struct Awaited {
        let after: UInt64
        let isWrite: Bool
        let semaphore: DispatchSemaphore
        var success: UInt64?
    }

    private struct State {
        var lateness: Lateness
        var availability: Availability
        var awaited: Awaited?
    }
    private let state: Lock<State>

    init(begin: UInt64, timeout: Duration, slack: Duration) {
        state = Lock(
            State(lateness: Lateness(timeout: timeout, slack: slack), availability: Availability(begin: begin)))
    }

    /// Is told when a call has ended well.
    func didSucceed(from start: UInt64, at now: UInt64, isWrite: Bool) {
        state.withLock { state in
            state.lateness.note(from: start, to: now, end: "a success")
            state.availability.noteSuccess(at: now)
            guard let awaited = state.awaited, awaited.success == nil, now > awaited.after else { return }
            guard isWrite || !awaited.isWrite else { return }
            state.awaited?.success = now
            awaited.semaphore.signal()
        }
    }

    /// Is told when a call has failed.
    func didFail(from start: UInt64, at now: UInt64, _ error: any Error) {
        state.withLock { $0.lateness.note(from: start, to: now, end: "\(error)") }
    }

    /// Blocks until a call has succeeded.
    ///
    /// - Parameters:
    ///   - after: a success must end later.
    ///   - isWrite: whether it must be a write.
    /// - Returns: when it ended; nil if there was none in time.
    func success(after: UInt64, isWrite: Bool, within time: Duration) -> UInt64? {
        let semaphore = DispatchSemaphore(value: 0)
        state.withLock { $0.awaited = Awaited(after: after, isWrite: isWrite, semaphore: semaphore) }
        _ = semaphore.wait(timeout: .now() + .nanoseconds(Int(time.nanoseconds)))
        return state.withLock { $0.awaited.take()?.success }
    }

    var lateness: Lateness { state.withLock { $0.lateness } }

    var availability: Availability { state.withLock { $0.availability } }
}
