/// The progress line, no wider than the terminal: a line that wraps could not be erased.
///
/// Where room is short, fault counts of zero are left out first, other fault counts last.
struct ProgressLine {
    private struct Part {
        let text: String
        /// The part with the lowest is left out first.
        let rank: Int
    }
    private let parts: [Part]

    private static let separator = "  "

    /// - Parameters:
    ///   - seconds: since the run began.
    ///   - rate: operations per second of late.
    ///   - p99: of late, in nanoseconds.
    init(title: String, seconds: Double, done: Int, rate: Int, p99: UInt64, errors: Int, wrongValues: Int) {
        parts = [
            Part(text: "\(title) \(NumberText.fixed(seconds, 1)) s", rank: 5),
            Part(text: "\(NumberText.grouped(done)) done", rank: 2),
            Part(text: "\(NumberText.grouped(rate)) ops/s", rank: 4),
            Part(text: "p99 \(NumberText.time(p99))", rank: 3),
            Part(text: "\(NumberText.grouped(errors)) errors", rank: errors == 0 ? 1 : 6),
            Part(text: "\(NumberText.grouped(wrongValues)) wrong values", rank: wrongValues == 0 ? 0 : 7),
        ]
    }

    /// The line in so many columns at most.
    func text(width: Int) -> String {
        var shown = parts
        while shown.count > 1, Self.text(of: shown).count > width, let least = shown.map(\.rank).min() {
            shown.removeAll { $0.rank == least }
        }
        return String(Self.text(of: shown).prefix(max(0, width)))
    }

    private static func text(of parts: [Part]) -> String {
        parts.map(\.text).joined(separator: separator)
    }
}
