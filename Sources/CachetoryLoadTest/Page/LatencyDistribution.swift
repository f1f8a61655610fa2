import Foundation

/// All latencies of a run by percentile, up to the rarest.
///
/// Each tick of the horizontal axis leaves a tenth of what the one before left: 90 %, 99 %, 99.9 %. So the few long
/// ones have as much room as the many short ones.
struct LatencyDistribution {
    private let histogram: Histogram

    /// How many times the rest is divided by ten.
    private let decades: Int

    /// No practical run is long enough for more.
    private static let mostDecades = 7

    private static let pointsPerDecade = 40

    init(_ histogram: Histogram) {
        self.histogram = histogram
        decades = min(Self.mostDecades, max(1, Int(log10(Double(max(1, histogram.total))).rounded(.up))))
    }

    var plot: Plot {
        let points = (0...decades * Self.pointsPerDecade).map { index in
            let place = Double(index) / Double(Self.pointsPerDecade)
            return Curve.Point(x: place, y: latency(at: place))
        }
        let y = Axis.logarithmic(around: points.compactMap(\.y), label: AxisLabel.microseconds)
        return Plot(
            title: "Latency distribution",
            frame: PlotFrame(
                x: axis, y: y, xTitle: "share of operations that took no longer", yTitle: "latency"),
            curves: [Curve(name: "latency", style: "c1", points: points, isFilled: true)], spans: hovers)
    }

    private var axis: Axis {
        Axis(
            isLogarithmic: false, range: 0...Double(decades),
            ticks: [Axis.Tick(value: 0, label: "0 %"), Axis.Tick(value: log10(2), label: "50 %")]
                + (1...decades).map { Axis.Tick(value: Double($0), label: Self.percent($0)) })
    }

    /// The share after so many decades: `99.9 %` after three.
    private static func percent(_ decades: Int) -> String {
        let nines = String(repeating: "9", count: decades)
        return switch decades {
        case 1: "90 %"
        case 2: "99 %"
        default: "99.\(nines.dropFirst(2)) %"
        }
    }

    /// In microseconds.
    private func latency(at place: Double) -> Double {
        Double(histogram.quantile(1 - pow(10, -place))) / 1000
    }

    private var hovers: [Plot.Span] {
        (0..<decades * 5).map { index in
            let (from, to) = (Double(index) / 5, Double(index + 1) / 5)
            let share = 100 * (1 - pow(10, -to))
            let digits = max(0, Int(to.rounded(.up)) - 1)
            return Plot.Span(
                range: from...to,
                text: "\(NumberText.fixed(share, digits)) % took no longer than \(AxisLabel.latency(latency(at: to)))")
        }
    }
}
