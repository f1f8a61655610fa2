import Foundation

/// The line that tells on a terminal how far a run has come.
struct Progress {
    private let isShown: Bool
    private let write: @Sendable (String) -> Void
    private var title = ""
    private var begin: UInt64 = 0
    private var earlier = Histogram()
    private var earlierTime: UInt64 = 0

    /// - Parameter isShown: whether there is anybody to see it.
    init(isShown: Bool, write: @escaping @Sendable (String) -> Void = StandardError.write) {
        self.isShown = isShown
        self.write = write
    }

    /// The progress of one run.
    func started(_ title: String, at begin: UInt64) -> Progress {
        var progress = self
        progress.title = title
        progress.begin = begin
        progress.earlierTime = begin
        return progress
    }

    /// Shows the state of the run; rate and latency are those since the last time.
    mutating func show(_ histogram: Histogram, _ faults: FaultLog.Summary, at now: UInt64) {
        guard isShown else { return }
        let recent = histogram.since(earlier)
        let rate = Double(recent.total) / (Double(max(1, now - earlierTime)) / 1e9)
        (earlier, earlierTime) = (histogram, now)
        let parts = [
            "\(title) \(NumberText.fixed(Double(now - begin) / 1e9, 1)) s",
            "\(NumberText.grouped(Int(histogram.total))) done",
            "\(NumberText.grouped(Int(rate))) ops/s",
            "p99 \(NumberText.time(recent.quantile(0.99)))",
            "\(NumberText.grouped(faults.errors)) errors",
            "\(NumberText.grouped(faults.wrongValues)) wrong values",
        ]
        write("\r\u{1B}[K\(parts.joined(separator: "  "))")
    }

    /// Takes the line away again.
    func clear() {
        if isShown { write("\r\u{1B}[K") }
    }
}
