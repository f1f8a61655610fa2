import Synchronization

/// What all workers of one run share: what to do, until when, and where to count it.
final class Run: Sendable {
    let workload: Workload
    let seed: UInt64
    let begin: UInt64
    /// When each operation starts; nil in a closed loop, where each follows the answer to the one before.
    let schedule: Schedule?
    /// The operations left to do; nil where only time counts.
    let tickets: Tickets?
    let latencies = LatencyRecorder()
    /// Counts operations by node; nil unless it is a cluster.
    let nodes: NodeRecorder?
    let faults: FaultLog
    /// Watches the calls of a run with --chaos.
    let watch: CallWatch?

    /// When the run is over; 0 when it was stopped.
    private let end: Atomic<UInt64>

    /// - Parameter places: of a cluster's keys.
    init(
        _ workload: Workload, options: Options, length: RunLength, seed: UInt64, faults: FaultLog,
        places: KeyPlaces? = nil
    ) {
        self.workload = workload
        self.seed = seed
        self.faults = faults
        begin = MonotonicClock.now()
        nodes = places.map(NodeRecorder.init)
        watch =
            options.chaos
            ? CallWatch(begin: begin, timeout: ChaosLimits.timeout, slack: options.slack, places: places) : nil
        schedule = options.rate.map { [begin] in Schedule(begin: begin, rate: $0) }
        switch length {
        case .duration(let duration):
            end = Atomic(begin + duration.nanoseconds)
            tickets = schedule == nil ? nil : Tickets(limit: .max, workers: options.tasks, inOrder: true)
        case .requests(let count):
            end = Atomic(.max)
            tickets = Tickets(limit: count, workers: options.tasks, inOrder: schedule != nil)
        }
    }

    /// Whether no operation may start any more at a time.
    func isOver(at time: UInt64) -> Bool {
        time >= end.load(ordering: .relaxed)
    }

    /// Lets no further operation start.
    func stop() {
        end.store(0, ordering: .relaxed)
    }

    var wasStopped: Bool { end.load(ordering: .relaxed) == 0 }

    /// When the run is to end; nil where that is not known.
    var plannedEnd: UInt64? {
        let end = end.load(ordering: .relaxed)
        return end == 0 || end == .max ? nil : end
    }

    /// How many operations should have started by a time but did not, because all workers were waiting for answers.
    func overdue(at time: UInt64) -> Int {
        guard let schedule, let tickets else { return 0 }
        let end = min(time, end.load(ordering: .relaxed))
        return max(0, min(schedule.due(before: end), tickets.limit) - tickets.taken)
    }
}
