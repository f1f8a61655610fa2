/// Takes the samples of a run, on the thread that waits for it.
final class IntervalRecorder {
    private var series: IntervalSeries
    private let begin: UInt64
    private let latencies: LatencyRecorder
    private let faults: FaultLog
    private let connections: ServerConnections?
    private let lines: RunLines?

    /// - Parameters:
    ///   - connections: counts the server's, if it is asked.
    ///   - lines: prints each interval; nil prints none.
    init(_ run: Run, interval: Duration, connections: ServerConnections?, lines: RunLines?) {
        (latencies, faults, self.connections, self.lines) = (run.latencies, run.faults, connections, lines)
        begin = run.begin
        series = IntervalSeries(
            begin: begin, length: interval.nanoseconds, end: run.plannedEnd,
            counts: Self.counts(latencies, faults))
    }

    var samples: [IntervalSample] { series.samples }

    /// When to come back for ``closeIfDue()``.
    var nextEnd: UInt64 { series.nextEnd }

    /// Ends the interval that is under way, if it is time for that.
    func closeIfDue() {
        guard MonotonicClock.now() >= series.nextEnd else { return }
        let resources = resources
        guard let lines else { return close(resources, at: MonotonicClock.now()) }
        lines.add { now in
            close(resources, at: now)
            return series.samples.last?.text(toldAt: Double(now - begin) / 1e9)
        }
    }

    private func close(_ resources: ResourceSample, at now: UInt64) {
        series.close(Self.counts(latencies, faults), resources, at: now)
    }

    /// Ends the last interval.
    func finish() {
        let resources = resources
        series.finish(Self.counts(latencies, faults), resources, at: MonotonicClock.now())
    }

    /// Read before the counts: a halted server takes its time.
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
