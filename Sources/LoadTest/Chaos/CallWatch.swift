import Dispatch
import Locking
import Synchronization

/// Watches the calls of a run: how late they end, in which moments one succeeds, and when the first one does again.
final class CallWatch: Sendable {
    /// The time is divided into such steps, in each of which a call succeeds or none does.
    static let step: UInt64 = 100_000_000

    private let begin: UInt64
    private let timeout: UInt64
    private let slack: UInt64

    /// The last step in which a call has succeeded, so that there is one lock a step, not one a call.
    private let lastStep = Atomic(-1)
    private let isAwaited = Atomic(false)
    private let latest = Atomic(0)

    private struct Awaited {
        let after: UInt64
        let isWrite: Bool
        let semaphore: DispatchSemaphore
        var success: UInt64?
    }

    private struct State {
        var successfulSteps = 0
        var awaited: Awaited?
        var lateCalls = 0
        var latestEnd = "none"
    }
    private let state = Lock(State())

    init(begin: UInt64, timeout: Duration, slack: Duration) {
        self.begin = begin
        self.timeout = timeout.nanoseconds
        self.slack = slack.nanoseconds
    }

    /// Is told when a call has ended well.
    func didSucceed(from start: UInt64, at now: UInt64, isWrite: Bool) {
        didEnd(from: start, at: now) { "a success" }
        let step = Int((now - begin) / Self.step)
        if step > lastStep.load(ordering: .relaxed), lastStep.max(step, ordering: .relaxed).oldValue < step {
            state.withLock { $0.successfulSteps += 1 }
        }
        guard isAwaited.load(ordering: .acquiring) else { return }
        state.withLock { state in
            guard let awaited = state.awaited, awaited.success == nil, now > awaited.after else { return }
            guard isWrite || !awaited.isWrite else { return }
            state.awaited?.success = now
            awaited.semaphore.signal()
        }
    }

    /// Is told when a call has failed.
    func didFail(from start: UInt64, at now: UInt64, _ error: any Error) {
        didEnd(from: start, at: now) { "\(error)" }
    }

    private func didEnd(from start: UInt64, at now: UInt64, _ end: () -> String) {
        let lateness = Int(now - min(start, now)) - Int(timeout)
        guard lateness > latest.load(ordering: .relaxed) else {
            if lateness > Int(slack) { state.withLock { $0.lateCalls += 1 } }
            return
        }
        let end = end()
        state.withLock { state in
            if lateness > Int(slack) { state.lateCalls += 1 }
            if latest.max(lateness, ordering: .relaxed).oldValue < lateness { state.latestEnd = end }
        }
    }

    /// Blocks until a call has succeeded.
    ///
    /// - Parameters:
    ///   - after: from when on it counts.
    ///   - isWrite: whether it must be a write.
    /// - Returns: when it ended; nil if there was none in time.
    func success(after: UInt64, isWrite: Bool, within time: Duration) -> UInt64? {
        let semaphore = DispatchSemaphore(value: 0)
        state.withLock { $0.awaited = Awaited(after: after, isWrite: isWrite, semaphore: semaphore) }
        isAwaited.store(true, ordering: .releasing)
        _ = semaphore.wait(timeout: .now() + .nanoseconds(Int(time.nanoseconds)))
        isAwaited.store(false, ordering: .releasing)
        return state.withLock { $0.awaited.take()?.success }
    }

    /// The share of a time since the beginning in whose steps a call has succeeded.
    func availability(until end: UInt64) -> Double {
        let steps = max(1, (end - begin + Self.step - 1) / Self.step)
        return min(1, Double(state.withLock { $0.successfulSteps }) / Double(steps))
    }

    /// How long after its deadline a call has ended at most, in nanoseconds, and how that one has ended; 0 if none was late.
    var latestCall: (lateness: Int, end: String) {
        state.withLock { (latest.load(ordering: .relaxed), $0.latestEnd) }
    }

    /// Calls that ended later than the slack allows.
    var lateCalls: Int { state.withLock { $0.lateCalls } }
}
