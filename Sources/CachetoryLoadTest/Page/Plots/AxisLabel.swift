import Foundation

/// The labels of an axis's ticks, and the same kinds of numbers elsewhere on a page.
enum AxisLabel {
    /// A count in thousands or millions where it is large: `250k`.
    static func count(_ value: Double) -> String {
        let units: [(size: Double, suffix: String)] = [(1, ""), (1e3, "k"), (1e6, "M"), (1e9, "G")]
        let unit = units.last { value >= $0.size } ?? units[0]
        return short(value / unit.size) + unit.suffix
    }

    /// A time in its unit, from microseconds: `20 ms`.
    static func microseconds(_ value: Double) -> String {
        let units: [(size: Double, suffix: String)] = [(1e-3, "ns"), (1, "µs"), (1e3, "ms"), (1e6, "s")]
        let unit = units.last { value >= $0.size * 0.999_999 } ?? units[0]
        return "\(short(value / unit.size)) \(unit.suffix)"
    }

    /// A time for reading, with three digits or so.
    static func latency(_ microseconds: Double) -> String {
        NumberText.time(UInt64(max(0, microseconds) * 1000), microseconds: "µs")
    }

    /// No more digits than the value has, and three at most behind the point.
    static func short(_ value: Double) -> String {
        String(format: "%.3f", value).trimmingZeros()
    }
}

extension String {
    /// A decimal number without the zeros at its end, and without its point if nothing is left behind it.
    fileprivate func trimmingZeros() -> String {
        guard contains(".") else { return self }
        var text = self[...]
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return String(text)
    }
}
