import Foundation

/// One direction of a plot: which values it shows, and where its ticks are.
struct Axis: Equatable {
    struct Tick: Equatable {
        let value: Double
        let label: String
    }

    /// Whether each step multiplies instead of adding. All values are positive then.
    let isLogarithmic: Bool
    let range: ClosedRange<Double>
    let ticks: [Tick]

    /// A value's position: 0 at the beginning and 1 at the end of the axis. Values outside are clamped.
    func position(of value: Double) -> Double {
        let value = min(max(value, range.lowerBound), range.upperBound)
        let (low, high, at) =
            isLogarithmic
            ? (log10(range.lowerBound), log10(range.upperBound), log10(value))
            : (range.lowerBound, range.upperBound, value)
        return high > low ? (at - low) / (high - low) : 0
    }
}

extension Axis {
    /// From zero to at least a value, with some five steps of 1, 2 or 5 times a power of ten.
    static func linear(upTo largest: Double, label: (Double) -> String) -> Axis {
        let largest = largest > 0 ? largest : 1
        let step = step(atLeast: largest / 5)
        let count = Int((largest / step).rounded(.up))
        return Axis(
            isLogarithmic: false, range: 0...Double(count) * step,
            ticks: (0...count).map { Tick(value: Double($0) * step, label: label(Double($0) * step)) })
    }

    /// From zero to a value exactly: for time, which ends with the run.
    static func time(upTo end: Double, label: (Double) -> String, unit: Double = 1) -> Axis {
        let end = end > 0 ? end : 1
        let step = step(atLeast: end / unit / 10) * unit
        return Axis(
            isLogarithmic: false, range: 0...end,
            ticks: (0...Int(end / step)).map { Tick(value: Double($0) * step, label: label(Double($0) * step)) })
    }

    /// Around all positive values, from tick to tick. Ticks are at powers of ten, and at 2 and 5 times those where that
    /// does not make too many.
    static func logarithmic(around values: [Double], label: (Double) -> String) -> Axis {
        let positive = values.filter { $0 > 0 }
        let smallest = positive.min() ?? 1
        let largest = max(positive.max() ?? 10, smallest)
        let fine = steps([1, 2, 5], around: smallest...largest)
        let ticks = fine.count <= mostTicks ? fine : steps([1], around: smallest...largest)
        return Axis(
            isLogarithmic: true, range: ticks[0]...ticks[ticks.count - 1],
            ticks: ticks.map { Tick(value: $0, label: label($0)) })
    }

    /// More do not fit.
    private static let mostTicks = 10

    /// Multiples of powers of ten, from the last that is no larger than all values to the first that is no smaller.
    private static func steps(_ factors: [Double], around values: ClosedRange<Double>) -> [Double] {
        let all = (-12...12).flatMap { power in factors.map { $0 * pow(10, Double(power)) } }
        let low = all.lastIndex { $0 <= values.lowerBound } ?? 0
        let high = all.firstIndex { $0 >= values.upperBound } ?? all.count - 1
        return Array(all[low...max(low + 1, high)])
    }

    /// The smallest of 1, 2, 5, 10, 20 and so on that is no smaller than a value.
    private static func step(atLeast value: Double) -> Double {
        let power = pow(10, log10(value).rounded(.down))
        // A little more, for 5 x 10^-1 is not exactly 0.5.
        return ([1, 2, 5].first { $0 * power >= value * 0.999_999 } ?? 10) * power
    }
}
