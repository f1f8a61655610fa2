extension ReportPage {
    /// The few numbers that everybody looks for.
    var tiles: String {
        let tiles = [
            ("throughput", NumberText.grouped(Int(report.opsPerSecond)), "ops/s"),
            tile("median latency", report.latency.p50),
            tile("99th percentile", report.latency.p99),
            tile("longest", report.latency.max),
            ("CPU per operation", NumberText.fixed(report.clientCPUPerOperation, 2), "µs"),
        ]
        let cells = tiles.map { name, number, unit in
            // The line may break before the unit if both do not fit.
            "<div><dt>\(HTML.escaped(name))</dt><dd>\(number) <small>\(HTML.escaped(unit))</small></dd></div>"
        }
        return "<dl class=\"tiles\">\(cells.joined())</dl>"
    }

    private func tile(_ name: String, _ microseconds: Double) -> (String, String, String) {
        let parts = AxisLabel.latency(microseconds).split(separator: " ")
        return (name, String(parts[0]), parts.dropFirst().joined(separator: " "))
    }

    /// All figures, and all that went wrong.
    var tables: String {
        let kinds = report.errorKinds.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return [
            "<div class=\"columns\">", table("Run", figures), table("Latency", quantiles), "</div>", nodes,
            table("Machine and versions", report.environment?.rows ?? []),
            table("Errors by kind", kinds.map { ($0.key, NumberText.grouped($0.value)) }, style: "counts"),
            list("Wrong values", report.wrongValueExamples),
            list("Failures", report.failures),
            list(
                "What was done to the \(report.nodes == nil ? "server" : "cluster")",
                report.chaos?.events.map(\.text) ?? []),
        ].joined(separator: "\n")
    }

    /// What each node of a cluster did.
    private var nodes: String {
        guard let nodes = report.nodes, !nodes.isEmpty else { return "" }
        let heading = HTML.headings(["node"] + Report.Node.columns)
        let rows = nodes.map { HTML.row($0.node, $0.cells(microseconds: "µs")) }
        let lines = ([heading] + rows).joined(separator: "\n")
        return "<section><h2>Nodes</h2><table class=\"counts\">\n\(lines)\n</table></section>"
    }

    private var figures: [(name: String, value: String)] {
        report.figures(microseconds: "µs")
            + (report.notStarted > 0 ? [("due but not started", NumberText.grouped(report.notStarted))] : [])
    }

    private var quantiles: [(name: String, value: String)] {
        let latency = report.latency
        return [
            ("p50", latency.p50), ("p90", latency.p90), ("p99", latency.p99), ("p99.9", latency.p999),
            ("longest", latency.max),
        ].map { ($0.0, AxisLabel.latency($0.1)) }
    }

    /// - Parameter style: gives the room to names or to values, as `facts` does.
    private func table(_ title: String, _ rows: [(name: String, value: String)], style: String = "facts") -> String {
        guard !rows.isEmpty else { return "" }
        let rows = rows.map(HTML.row).joined(separator: "\n")
        return "<section><h2>\(HTML.escaped(title))</h2><table class=\"\(style)\">\n\(rows)\n</table></section>"
    }

    private func list(_ title: String, _ lines: [String]) -> String {
        guard !lines.isEmpty else { return "" }
        let items = lines.map { "<li>\(HTML.escaped($0))</li>" }.joined(separator: "\n")
        return "<section><h2>\(HTML.escaped(title))</h2><ul>\n\(items)\n</ul></section>"
    }
}
