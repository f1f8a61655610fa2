import Foundation

/// The figures as lines of text.
enum TimeTable {
    static let header = line("", "ns median", "ns best", "GB/s")

    static func row(_ benchmark: Benchmark, _ figures: Stopwatch.Figures) -> String {
        let throughput = benchmark.bytes.map { text(Double($0) / figures.median, decimals: 2) }
        return line(benchmark.name, text(figures.median), text(figures.best), throughput ?? "")
    }

    private static func line(_ name: String, _ columns: String...) -> String {
        columns.reduce(name.padding(toLength: max(name.count, 36), withPad: " ", startingAt: 0)) { line, column in
            line + String(repeating: " ", count: max(1, 12 - column.count)) + column
        }
    }

    private static func text(_ number: Double, decimals: Int = 1) -> String {
        String(format: "%.\(decimals)f", number)
    }
}
