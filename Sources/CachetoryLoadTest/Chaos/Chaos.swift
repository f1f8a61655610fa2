import CachetoryLocking
import Dispatch
import Foundation

/// Injects a plan's faults into a run's server, on its own thread.
final class Chaos: Sendable {
    private let plan: ChaosPlan
    private let server: ChaosServer
    private let run: Run
    private let watch: CallWatch
    private let slack: Duration
    private let lines: RunLines

    private let isStopped = Lock(false)
    private let stopped = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    private struct State {
        var events: [ChaosEvent] = []
        /// Why the plan was aborted.
        var failure: String?
    }
    private let state = Lock(State())

    /// - Parameter lines: prints each event once it is over.
    init(
        _ plan: ChaosPlan, on server: ChaosServer, during run: Run, _ watch: CallWatch, slack: Duration,
        _ lines: RunLines
    ) {
        (self.plan, self.server, self.run, self.watch) = (plan, server, run, watch)
        (self.slack, self.lines) = (slack, lines)
    }

    func start() {
        Thread.detachNewThread {
            do {
                try self.carryOut()
            } catch {
                self.state.withLock { $0.failure = "\(error)" }
            }
            self.ended.signal()
        }
    }

    /// Blocks until the current fault is over and undone.
    ///
    /// - Returns: what was done, and why it was aborted, if so.
    func stop() -> (events: [ChaosEvent], failure: String?) {
        isStopped.withLock { $0 = true }
        stopped.signal()
        ended.wait()
        ended.signal()
        return state.withLock { ($0.events, $0.failure) }
    }

    private func carryOut() throws {
        for step in plan {
            pause(milliseconds: step.rest)
            let last = MonotonicClock.now() + step.time * 1_000_000 + ChaosLimits.end.nanoseconds
            guard !isStopped.withLock({ $0 }), !run.isOver(at: last) else { return }
            let event = try perform(step)
            // Once the user has ended the run, nobody calls.
            if event.recovery == nil, run.wasStopped { return }
            state.withLock { $0.events.append(event) }
            lines.add { event.text(toldAt: Double($0 - run.begin) / 1e9) }
        }
    }

    private func perform(_ step: ChaosPlan.Step) throws -> ChaosEvent {
        let begin = MonotonicClock.now()
        try server.perform(step) {
            pause(milliseconds: step.time)
        } didCrash: {
            run.workload.history?.noteCrash()
        }
        let answered = MonotonicClock.now()
        let success = watch.success(
            after: answered, isWrite: step.kind == .outOfMemory && run.workload.writes,
            within: ChaosLimits.recovery + slack)
        return ChaosEvent(
            kind: step.kind, at: (Double(begin - run.begin) / 1e9).rounded(digits: 3),
            seconds: (Double(answered - begin) / 1e9).rounded(digits: 3),
            recovery: success.map { (Double($0 - answered) / 1e6).rounded(digits: 2) })
    }

    /// Waits, at most until `stop()`.
    private func pause(milliseconds: UInt64) {
        guard stopped.wait(timeout: .now() + .milliseconds(Int(milliseconds))) == .success else { return }
        stopped.signal()
    }
}
