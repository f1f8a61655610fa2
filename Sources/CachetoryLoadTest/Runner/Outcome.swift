/// The result of one run.
struct Outcome: Sendable {
    /// The latencies of all operations that ended well.
    var latencies = Histogram()
    /// The operations at each node of a cluster; nil on any other store.
    var nodes: [NodeSample]?
    /// Nanoseconds from the start of the first operation to the end of the last.
    var time: UInt64 = 0
    /// The processor time of this process meanwhile, in nanoseconds.
    var processorTime: UInt64 = 0
    /// Operations of an open loop that were due and not started, since all workers were waiting for answers.
    var overdue = 0
    /// Workers without an answer long after the end; an error, unless the user ended the run.
    var unanswered = 0
    /// The run in intervals.
    var intervals: [IntervalSample] = []
    /// What was done to the server; nil without --chaos.
    var chaos: ChaosOutcome?
    /// Whether the user ended the run before its time.
    var wasInterrupted = false

    var operations: Int { Int(latencies.total) }
}
