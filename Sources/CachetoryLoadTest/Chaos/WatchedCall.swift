/// One call of a worker in a run with --chaos: the tracked call, when it began, and who watches its end.
struct WatchedCall {
    private(set) var tracked: TrackedCall
    private let watch: CallWatch
    private var start: UInt64 = 0

    /// Nil in a run without --chaos.
    init?(_ run: Run) {
        guard let tracked = TrackedCall(run.workload), let watch = run.watch else { return nil }
        (self.tracked, self.watch) = (tracked, watch)
    }

    /// As ``TrackedCall/begin(_:)``, beginning now.
    mutating func begin(_ operation: Operation) -> Operation {
        start = MonotonicClock.now()
        return tracked.begin(operation)
    }

    mutating func didSucceed(at now: UInt64) {
        watch.didSucceed(from: start, at: now, isWrite: tracked.isWrite, keys: tracked.keys)
        tracked.end(.acknowledged)
    }

    /// The error says what became of its writes.
    mutating func end(with error: any Error) {
        tracked.end(WriteOutcome(of: error))
    }

    /// Tells the watch of a failure; cancellation is none.
    func noteFailure(_ error: any Error, at now: UInt64) {
        watch.didFail(from: start, at: now, error)
    }
}
