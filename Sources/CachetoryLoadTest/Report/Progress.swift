import Foundation

/// The progress line on a terminal.
struct Progress {
    private let isShown: Bool
    private let width: @Sendable () -> Int
    private let write: @Sendable (String) -> Void
    private var title = ""
    private var begin: UInt64 = 0
    private var earlier = Histogram()
    private var earlierTime: UInt64 = 0

    /// - Parameters:
    ///   - isShown: whether there is anybody to see it.
    ///   - width: the terminal's columns, asked each time: its user may resize it.
    init(
        isShown: Bool, width: @escaping @Sendable () -> Int = { StandardError.width },
        write: @escaping @Sendable (String) -> Void = StandardError.write
    ) {
        self.isShown = isShown
        self.width = width
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
        let line = ProgressLine(
            title: title, seconds: Double(now - begin) / 1e9, done: Int(histogram.total), rate: Int(rate),
            p99: recent.quantile(0.99), errors: faults.errors, wrongValues: faults.wrongValues)
        // Not into the last column, where some terminals wrap.
        write("\r\u{1B}[K\(line.text(width: width() - 1))")
    }

    /// Takes the line away again.
    func clear() {
        if isShown { write("\r\u{1B}[K") }
    }
}
