/// The percentiles of the latencies.
enum LatencyTable {
    private static let shares: [(name: String, share: Double)] = [
        ("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999),
    ]

    static func text(_ histogram: Histogram) -> String {
        let columns =
            shares.map { (name: $0.name, value: NumberText.time(histogram.quantile($0.share))) }
            + [(name: "max", value: NumberText.time(histogram.longest))]
        let names = columns.map { $0.name.rightAligned(in: 10) }.joined()
        let values = columns.map { $0.value.rightAligned(in: 10) }.joined()
        return "latency   \(names)\n          \(values)"
    }
}
