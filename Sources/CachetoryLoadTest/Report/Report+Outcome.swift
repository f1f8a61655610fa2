extension Report {
    /// - Parameters:
    ///   - url: the store, without a password.
    ///   - connections: how many connections the backend could open.
    ///   - peakMemory: in bytes.
    init(
        _ outcome: Outcome, _ faults: FaultLog.Summary, options: Options, url: String, connections: Int,
        peakMemory: Int
    ) {
        let operations = outcome.operations
        let seconds = Double(outcome.time) / 1e9
        self.init(
            url: url,
            api: options.api.rawValue,
            workload: options.workload.rawValue,
            tasks: options.tasks,
            connections: connections,
            operations: operations,
            errors: faults.errors,
            wrongValues: faults.wrongValues,
            seconds: seconds.rounded(digits: 3),
            opsPerSecond: seconds > 0 ? (Double(operations) / seconds).rounded(digits: 1) : 0,
            rate: options.rate,
            clientCPUPerOperation: (Double(outcome.processorTime) / 1000 / Double(max(1, operations)))
                .rounded(digits: 3),
            latency: Latency(outcome.latencies),
            maxRSS: (Double(peakMemory) / 1e6).rounded(digits: 1),
            notStarted: outcome.overdue,
            interrupted: outcome.wasInterrupted,
            errorKinds: faults.kinds,
            wrongValueExamples: faults.examples,
            nodes: outcome.nodes.map { $0.map(Node.init) },
            intervals: outcome.intervals,
            drift: options.soak
                ? Drift(outcome.intervals, connections: connections * max(1, outcome.nodes?.count ?? 1)) : nil,
            chaos: outcome.chaos.map { Chaos($0, seed: options.seed, slack: options.slack, seconds: seconds) },
            failures: faults.failures)
        failures += (drift?.failures ?? []) + (chaos?.failures ?? [])
        if let minRate = options.minRate { failures += rateFailures(below: minRate) }
        if chaos != nil, outcome.unanswered > 0 { failures.append("\(outcome.unanswered) calls were never answered") }
    }
}

extension Report.Latency {
    init(_ histogram: Histogram) {
        func microseconds(_ nanoseconds: UInt64) -> Double { (Double(nanoseconds) / 1000).rounded(digits: 1) }
        self.init(
            p50: microseconds(histogram.quantile(0.5)),
            p90: microseconds(histogram.quantile(0.9)),
            p99: microseconds(histogram.quantile(0.99)),
            p999: microseconds(histogram.quantile(0.999)),
            max: microseconds(histogram.longest))
    }
}
