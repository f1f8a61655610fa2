import Foundation

/// Numbers as the report shows them.
enum NumberText {
    /// A whole number in groups of three digits.
    static func grouped(_ number: Int) -> String {
        let digits = Array("\(number.magnitude)")
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return number < 0 ? "-\(text)" : text
    }

    /// A number with a fixed count of digits behind the point.
    static func fixed(_ number: Double, _ digits: Int) -> String {
        String(format: "%.\(digits)f", number)
    }

    /// Operations per second, of which there may be less than one.
    static func rate(_ number: Double) -> String {
        number < 10 ? AxisLabel.short(number) : grouped(Int(number))
    }

    /// A time of three digits or so in the unit that suits it.
    ///
    /// - Parameter microseconds: that unit's symbol, if better than the one every terminal has.
    static func time(_ nanoseconds: UInt64, microseconds: String = "us") -> String {
        let units: [(String, Double)] = [(microseconds, 1e3), ("ms", 1e6), ("s", 1e9)]
        let (unit, size) = units.last { Double(nanoseconds) >= $0.1 } ?? units[0]
        let number = Double(nanoseconds) / size
        let digits = number < 9.995 ? 2 : number < 99.95 ? 1 : 0
        return "\(fixed(number, digits)) \(unit)"
    }
}
