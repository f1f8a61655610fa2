extension Report {
    /// The report for people.
    ///
    /// - Parameter histogram: the latencies, for the chart.
    func text(_ histogram: Histogram, options: Options) -> String {
        var parts = [heading(options), environment?.text ?? "", figureTable, LatencyTable.text(histogram)]
        if histogram.total > 0 { parts.append(LatencyChart.text(histogram)) }
        parts += [nodes?.text ?? "", chaos?.text ?? "", drift?.text ?? ""]
        parts += [details("Errors", errorKinds.sorted { $0.value > $1.value }.map { "\($0.value) x \($0.key)" })]
        parts += [details("Wrong values", wrongValueExamples), details("Failures", failures)]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    /// What was asked for.
    func heading(_ options: Options) -> String {
        var callers = callers
        var loop = "closed loop"
        if let rate = options.rate { loop = "\(NumberText.rate(rate)) operations due each second" }
        var work = workload
        if options.workload.isBatched { work += " of \(options.batch) keys" }
        if options.workload == .mixed { work += " with \(NumberText.fixed(options.readRatio * 100, 0)) % reads" }
        if connections > 0 {
            callers += ", at most \(connections) connections" + (nodes == nil ? "" : " to each node")
        }
        if let chaos { loop += ", chaos of seed \(chaos.seed)" }
        return """
            \(url)
            \(work), \(api), \(NumberText.grouped(tasks)) \(callers), \(loop)
            values of \(NumberText.grouped(options.valueSize)) bytes, \
            \(NumberText.grouped(options.keys)) keys, \(options.distribution.rawValue)
            """
    }

    private var figureTable: String {
        var rows = figures()
        if notStarted > 0 {
            let count = NumberText.grouped(notStarted)
            rows.append(("not started", "\(count) operations that were due: the rate is too high"))
        }
        return rows.map { "\($0.name.padded(to: 14))\($0.value)" }.joined(separator: "\n")
    }

    private func details(_ title: String, _ lines: [String]) -> String {
        lines.isEmpty ? "" : ([title] + lines.map { "  \($0)" }).joined(separator: "\n")
    }
}
