extension Report {
    /// What one node of a cluster did.
    struct Node: Codable, Equatable {
        /// Host and port.
        var node: String
        /// Successful operations on its keys.
        var operations: Int
        /// Operations that failed there.
        var errors: Int
        /// Of the successful operations, in microseconds.
        var latency: Latency

        enum CodingKeys: String, CodingKey {
            case node, operations, errors
            case latency = "latency_us"
        }
    }
}

extension Report.Node {
    init(_ sample: NodeSample) {
        self.init(
            node: sample.address, operations: Int(sample.latencies.total), errors: sample.errors,
            latency: Report.Latency(sample.latencies))
    }

    static let columns = ["operations", "errors", "p50", "p99", "max"]

    /// Its figures, in the order of the ``columns``.
    ///
    /// - Parameter microseconds: the unit's symbol.
    func cells(microseconds: String = "us") -> [String] {
        [NumberText.grouped(operations), NumberText.grouped(errors)]
            + [latency.p50, latency.p99, latency.max].map {
                NumberText.time(UInt64($0 * 1000), microseconds: microseconds)
            }
    }
}

extension [Report.Node] {
    /// A row for each, for people; empty where there is none.
    var text: String {
        guard !isEmpty else { return "" }
        let width = Swift.max(13, map(\.node.count).max() ?? 0)
        func row(_ name: String, _ cells: [String]) -> String {
            name.padded(to: width + 2) + cells.map { $0.rightAligned(in: 12) }.joined()
        }
        return ([row("Nodes", Report.Node.columns)] + map { row("  \($0.node)", $0.cells()) }).joined(separator: "\n")
    }
}
