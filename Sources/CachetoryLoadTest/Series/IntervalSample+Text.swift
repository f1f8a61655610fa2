extension IntervalSample {
    /// One self-contained line for people.
    ///
    /// - Parameter now: when it is written, in seconds from the run's begin.
    func text(toldAt now: Double) -> String {
        let time = "\(NumberText.fixed(now, 1)) s".rightAligned(in: 9)
        let rate = "\(NumberText.grouped(Int(opsPerSecond))) ops/s".rightAligned(in: 14)
        let latencies = [("p50", latency.p50), ("p99", latency.p99), ("max", latency.max)].map { name, value in
            "\(name) \(NumberText.time(UInt64(value * 1000)).rightAligned(in: 7))"
        }
        let faults = [
            "\(NumberText.grouped(errors)) errors", "\(NumberText.grouped(wrongValues)) wrong values",
        ]
        let resources = [
            memory.map { "\(NumberText.fixed($0, 1)) MB" }, descriptors.map { "\($0) fds" },
            threads.map { "\($0) threads" }, connections.map { "\($0) connections" },
        ].compactMap { $0 }
        return "\(time) \(rate)  " + (latencies + faults + resources).joined(separator: ", ")
    }
}
