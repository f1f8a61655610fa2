/// A histogram of latencies in text: one line for each step of 1, 2, 5, 10 and so on.
enum LatencyChart {
    /// The longest bar in characters.
    private static let width = 50

    static func text(_ histogram: Histogram) -> String {
        let rows = rows(of: histogram)
        let largest = rows.map(\.count).max() ?? 1
        let lines = rows.map { row in
            let length = Int((Double(row.count) / Double(largest) * Double(width)).rounded(.up))
            let share = NumberText.fixed(Double(row.count) / Double(histogram.total) * 100, 2)
            let bounds = "\(bound(row.range.lowerBound)) to \(bound(row.range.upperBound))"
            return "  \(bounds.rightAligned(in: 18)) \(share.rightAligned(in: 7)) %  "
                + String(repeating: "#", count: length)
        }
        return lines.joined(separator: "\n")
    }

    /// The rows from the first with a count to the last, with empty ones between.
    private static func rows(of histogram: Histogram) -> [(range: Range<UInt64>, count: UInt64)] {
        guard histogram.total > 0 else { return [] }
        let powers: [UInt64] = Array(sequence(first: 100) { $0 < 1_000_000_000_000 ? $0 * 10 : nil })
        let bounds: [UInt64] = [0] + powers.flatMap { [$0, 2 * $0, 5 * $0] }
        let rows = zip(bounds, bounds.dropFirst()).map { lower, upper in
            (range: lower..<upper, count: histogram.count(in: lower..<upper))
        }
        let counted = rows.indices.filter { rows[$0].count > 0 }
        guard let first = counted.first, let last = counted.last else { return [] }
        return Array(rows[first...last])
    }

    /// A bound as a whole number in its unit.
    private static func bound(_ nanoseconds: UInt64) -> String {
        let units: [(UInt64, String)] = [(1, "ns"), (1000, "us"), (1_000_000, "ms"), (1_000_000_000, "s")]
        let (size, unit) = units.last { nanoseconds >= $0.0 } ?? units[0]
        return "\(nanoseconds / size) \(unit)"
    }
}
