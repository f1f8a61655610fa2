extension ReportPage {
    /// The pictures: what happened when, and how the latencies are distributed.
    var plots: [Plot] {
        guard report.operations > 0 || report.errors > 0, !report.intervals.isEmpty else { return [] }
        return [throughput, latencyOverTime] + [faultsOverTime, distribution, memory].compactMap { $0 }
    }

    private var intervals: [IntervalSample] { report.intervals }

    private var end: Double { intervals.last?.end ?? 0 }

    private func overTime(_ title: String, y: Axis, yTitle: String, _ curves: [Curve]) -> Plot {
        let unit = TimeUnit(for: end)
        let frame = PlotFrame(
            x: unit.axis(upTo: end), y: y, xTitle: "time since the run began", yTitle: yTitle)
        return Plot(title: title, frame: frame, curves: curves, spans: disturbances + hovers)
    }

    private var throughput: Plot {
        let y = Axis.linear(upTo: intervals.map(\.opsPerSecond).max() ?? 0, label: AxisLabel.count)
        return overTime(
            "Throughput", y: y, yTitle: "operations per second",
            [Curve("throughput", style: "c1", isFilled: true, of: intervals) { $0.opsPerSecond }])
    }

    private var latencyOverTime: Plot {
        // Without operations there is no latency.
        let kinds: [(name: String, style: String, value: (Report.Latency) -> Double)] = [
            ("longest", "c4", \.max), ("p99.9", "c3", \.p999), ("p99", "c2", \.p99), ("median", "c1", \.p50),
        ]
        let busy = intervals.filter { $0.operations > 0 }
        let values = busy.flatMap { sample in kinds.map { $0.value(sample.latency) } }
        return overTime(
            "Latency over time", y: .logarithmic(around: values, label: AxisLabel.microseconds), yTitle: "latency",
            kinds.map { kind in
                Curve(kind.name, style: kind.style, of: intervals) {
                    $0.operations > 0 ? kind.value($0.latency) : nil
                }
            })
    }

    /// Nil where nothing went wrong: an empty picture tells less than the sentence that says so.
    private var faultsOverTime: Plot? {
        let kinds: [(name: String, style: String, count: (IntervalSample) -> Int)] = [
            ("errors", "c2", \.errors), ("wrong values", "c3", \.wrongValues),
        ]
        let shown = kinds.filter { kind in intervals.contains { kind.count($0) > 0 } }
        guard !shown.isEmpty else { return nil }
        func rate(_ sample: IntervalSample, _ count: Int) -> Double { Double(count) / max(sample.seconds, 1e-9) }
        let largest = intervals.flatMap { sample in shown.map { rate(sample, $0.count(sample)) } }.max() ?? 0
        let names = shown.map(\.name).joined(separator: " and ")
        return overTime(
            names.prefix(1).uppercased() + names.dropFirst(), y: .linear(upTo: largest, label: AxisLabel.count),
            yTitle: "per second",
            shown.map { kind in
                Curve(kind.name, style: kind.style, isFilled: true, of: intervals) { rate($0, kind.count($0)) }
            })
    }

    /// For runs in which it must not grow.
    private var memory: Plot? {
        guard report.drift != nil, let largest = intervals.compactMap(\.memory).max() else { return nil }
        return overTime(
            "Memory", y: .linear(upTo: largest) { "\(AxisLabel.short($0)) MB" }, yTitle: "resident",
            [Curve("memory", style: "c1", isFilled: true, of: intervals, \.memory)])
    }

    private var distribution: Plot? {
        latencies.total > 0 ? LatencyDistribution(latencies).plot : nil
    }
}

extension ReportPage {
    /// More than this would be narrower than a pixel.
    private static let hoverLimit = 1000

    /// The tooltips of the intervals.
    private var hovers: [Plot.Span] {
        guard intervals.count <= Self.hoverLimit else { return [] }
        return intervals.map { Plot.Span(range: $0.begin...max($0.begin, $0.end), text: text(of: $0)) }
    }

    private func text(of sample: IntervalSample) -> String {
        let latencies = [
            ("median", sample.latency.p50), ("p99", sample.latency.p99), ("p99.9", sample.latency.p999),
            ("longest", sample.latency.max),
        ]
        return
            ([
                "\(NumberText.fixed(sample.begin, 1)) to \(NumberText.fixed(sample.end, 1)) s",
                "\(NumberText.grouped(Int(sample.opsPerSecond))) operations per second",
            ]
            + (sample.operations > 0 ? latencies.map { "\($0.0) \(AxisLabel.latency($0.1))" } : [])
            + [
                "\(NumberText.grouped(sample.errors)) errors",
                "\(NumberText.grouped(sample.wrongValues)) wrong values",
            ]).joined(separator: "\n")
    }

    /// The faults injected into the server.
    private var disturbances: [Plot.Span] {
        (report.chaos?.events ?? []).map { event in
            Plot.Span(range: event.at...event.at + event.seconds, text: event.text, isMarked: true)
        }
    }
}
