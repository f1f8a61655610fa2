/// Takes the samples of a run, on the thread that waits for it.
final class IntervalRecorder {
    private var series: IntervalSeries
    private let latencies: LatencyRecorder
    private let faults: FaultLog
    private let connections: ServerConnections?
    private let tell: (String) -> Void

    /// - Parameters:
    ///   - connections: counts those of the server, where it is asked.
    ///   - tell: is told of each interval in a line.
    init(
        _ run: Run, interval: Duration, connections: ServerConnections?, tell: @escaping (String) -> Void
    ) {
        (latencies, faults, self.connections, self.tell) = (run.latencies, run.faults, connections, tell)
        series = IntervalSeries(
            begin: run.begin, length: interval.nanoseconds, end: run.plannedEnd,
            counts: Self.counts(latencies, faults))
    }

    var samples: [IntervalSample] { series.samples }

    /// When to come back for ``closeIfDue()``.
    var nextEnd: UInt64 { series.nextEnd }

    /// Ends the interval that is under way, if it is time for that.
    func closeIfDue() {
        guard MonotonicClock.now() >= series.nextEnd else { return }
        let resources = resources
        series.close(Self.counts(latencies, faults), resources, at: MonotonicClock.now())
        if let sample = series.samples.last { tell(sample.text) }
    }

    /// Ends the last interval.
    func finish() {
        let resources = resources
        series.finish(Self.counts(latencies, faults), resources, at: MonotonicClock.now())
    }

    /// Looked at before the counts are taken: a server that is halted takes its time.
    private var resources: ResourceSample {
        var resources = ResourceSample.ofThisProcess()
        resources.connections = connections?.count
        return resources
    }

    private static func counts(_ latencies: LatencyRecorder, _ faults: FaultLog) -> IntervalSeries.Counts {
        let faults = faults.summary
        return .init(latencies: latencies.histogram(), errors: faults.errors, wrongValues: faults.wrongValues)
    }
}
