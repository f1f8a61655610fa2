/// Whether a process leaked during a run: memory, descriptors or threads never given back. A pure value.
///
/// The first tenth of the run is left out, in which connections open and buffers find their size. Then the medians of
/// the first and of the last quarter are compared: one peak is no growth.
struct Drift: Codable, Equatable, Sendable {
    /// One thing that may grow.
    struct Row: Codable, Equatable, Sendable {
        var name: String
        /// The medians of the two parts.
        var first, last: Double
        /// The bound of the last.
        var bound: Double

        var hasGrown: Bool { last > bound }
    }
    var rows: [Row]

    /// So each part of the run has at least one interval, as has the warm-up.
    static let fewestSamples = 5

    /// How much memory may grow, in units of a million bytes and as a share: fragmentation after peaks hides smaller
    /// growth.
    static let memoryGrowth = (megabytes: 16.0, share: 0.1)

    /// What the system's own thread pools may add.
    static let threadGrowth = 4.0

    /// Nil where there are too few intervals to tell.
    ///
    /// - Parameter connections: how many the backend may open. They come and go, and use descriptors.
    init?(_ samples: [IntervalSample], connections: Int) {
        guard samples.count >= Self.fewestSamples else { return nil }
        let rest = samples.dropFirst(max(1, samples.count / 10))
        let quarter = max(1, rest.count / 4)
        let parts = (first: Array(rest.prefix(quarter)), last: Array(rest.suffix(quarter)))
        func row(_ name: String, _ value: (IntervalSample) -> Double?, _ bound: (Double) -> Double) -> Row? {
            guard let first = parts.first.compactMap(value).median, let last = parts.last.compactMap(value).median
            else { return nil }
            return Row(name: name, first: first, last: last, bound: bound(first).rounded(digits: 1))
        }
        rows = [
            row("memory", \.memory) { $0 * (1 + Self.memoryGrowth.share) + Self.memoryGrowth.megabytes },
            row("descriptors", { $0.descriptors.map(Double.init) }) { $0 + Double(connections) },
            row("threads", { $0.threads.map(Double.init) }) { $0 + Self.threadGrowth },
        ].compactMap { $0 }
    }

    /// What has grown, in words; none if all is well.
    var failures: [String] {
        rows.filter(\.hasGrown).map { row in
            let unit = row.name == "memory" ? " MB" : ""
            return "\(row.name) grew from \(NumberText.fixed(row.first, 1))\(unit) to "
                + "\(NumberText.fixed(row.last, 1))\(unit), which may be \(NumberText.fixed(row.bound, 1))\(unit) at most"
        }
    }
}
