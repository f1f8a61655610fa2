extension Report {
    /// What calls the store: threads or tasks.
    var callers: String { api == API.sync.rawValue ? "threads" : "tasks" }

    /// The figures of the run, in the order in which they are read.
    ///
    /// - Parameter microseconds: the unit's symbol, if better than the one every terminal has.
    func figures(microseconds: String = "us") -> [(name: String, value: String)] {
        var figures = [
            ("operations", NumberText.grouped(operations)),
            ("errors", NumberText.grouped(errors)),
            ("wrong values", NumberText.grouped(wrongValues)),
            ("time", "\(NumberText.fixed(seconds, 2)) s\(interrupted ? ", interrupted" : "")"),
            ("throughput", "\(NumberText.grouped(Int(opsPerSecond))) ops/s"),
        ]
        if let rateText { figures.append(("rate", rateText + (missedRate == nil ? "" : ": missed"))) }
        return figures + [
            ("client CPU", "\(NumberText.fixed(clientCPUPerOperation, 2)) \(microseconds) per operation"),
            ("memory", "\(NumberText.fixed(maxRSS, 1)) MB at most"),
        ]
    }
}
