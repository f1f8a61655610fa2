import CachetoryLocking
import Dispatch
import Foundation

/// Injects a plan's faults into a run's server or cluster, on its own thread.
final class Chaos: Sendable {
    private let plan: ChaosPlan
    private let target: any ChaosTarget
    private let run: Run
    private let watch: CallWatch
    private let slack: Duration
    private let lines: RunLines

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
        seed: UInt64, on target: any ChaosTarget, during run: Run, _ watch: CallWatch, slack: Duration,
        _ lines: RunLines
    ) {
        plan = ChaosPlan(seed: seed, on: target.subject)
        (self.target, self.run, self.watch) = (target, run, watch)
        (self.slack, self.lines) = (slack, lines)
    }

    var subject: ChaosSubject { target.subject }

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
        stopped.signal()
        ended.wait()
        ended.signal()
        var (events, failure) = state.withLock { ($0.events, $0.failure) }
        for (index, count) in zip(events.indices, watch.failures) { events[index].errors = count }
        return (events, failure)
    }

    private func carryOut() throws {
        for step in plan {
            let reserve = target.subject.reserve(for: step.kind).nanoseconds
            guard pause(milliseconds: step.rest) else { return }
            guard !run.isOver(at: MonotonicClock.now() + step.time * 1_000_000 + reserve) else { return }
            try perform(step) { event in
                // Once the user has ended the run, nobody calls.
                if event.recovery == nil, run.wasStopped { return }
                state.withLock { $0.events.append(event) }
                lines.add { event.text(toldAt: Double($0 - run.begin) / 1e9) }
            }
        }
    }

    /// - Parameter note: is called with the event once a call has succeeded again.
    private func perform(_ step: ChaosPlan.Step, note: (ChaosEvent) -> Void) throws {
        let begin = MonotonicClock.now()
        watch.eventBegins(at: begin)
        let isWrite = run.workload.writes && target.subject.needsWrite(after: step.kind)
        try target.perform(step, pause: pause) { slots in
            let served = MonotonicClock.now()
            let success = watch.success(
                after: served, isWrite: isWrite, on: slots,
                within: target.subject.recovery(of: step.kind) + slack)
            note(
                ChaosEvent(
                    kind: step.kind, at: (Double(begin - run.begin) / 1e9).rounded(digits: 3),
                    seconds: (Double(served - begin) / 1e9).rounded(digits: 3),
                    recovery: success.map { (Double($0 - served) / 1e6).rounded(digits: 2) }))
        }
    }

    /// Waits, at most until `stop()`, and says whether that has not been called.
    private func pause(milliseconds: UInt64) -> Bool {
        guard stopped.wait(timeout: .now() + .milliseconds(Int(milliseconds))) == .success else { return true }
        stopped.signal()
        return false
    }
}
