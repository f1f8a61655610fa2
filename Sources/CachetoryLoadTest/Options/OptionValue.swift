/// How an option's value is read: what is expected, in words, and the parser.
struct OptionValue<Value>: Sendable {
    let expected: String
    let read: @Sendable (String) -> Value?
}

extension OptionValue where Value == String {
    static let text = OptionValue(expected: "a text") { $0.isEmpty ? nil : $0 }
}

extension OptionValue where Value == Int {
    /// A whole number, which may end in `k` or `M` for thousands or millions.
    static func count(_ range: ClosedRange<Int>) -> OptionValue {
        OptionValue(expected: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            let (digits, factor) = splitFactor(text)
            guard let number = UInt32(digits) else { return nil }
            let (value, overflow) = Int(number).multipliedReportingOverflow(by: factor)
            return !overflow && range.contains(value) ? value : nil
        }
    }
}

extension OptionValue where Value == UInt64 {
    static let seed = OptionValue(expected: "a whole number of 64 bits") { UInt64($0) }
}

extension OptionValue where Value == Double {
    /// A decimal number in a range, which may end in `k` or `M`.
    static func number(_ range: ClosedRange<Double>) -> OptionValue {
        OptionValue(expected: "a number from \(range.lowerBound) to \(range.upperBound)") { text in
            let (digits, factor) = splitFactor(text)
            return Double(digits).map { $0 * Double(factor) }.flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

/// A number's text without its `k` or `M`, and the factor of that.
private func splitFactor(_ text: String) -> (digits: Substring, factor: Int) {
    switch text.last {
    case "k": (text.dropLast(), 1000)
    case "M": (text.dropLast(), 1_000_000)
    default: (text[...], 1)
    }
}

extension OptionValue where Value == Duration {
    /// A decimal number with its unit; without one it means seconds.
    static func duration(_ range: ClosedRange<Duration>) -> OptionValue {
        OptionValue(expected: "a duration from \(range.lowerBound) to \(range.upperBound), such as 500ms, 10s or 2m") {
            text in
            let units: [(suffix: String, seconds: Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("", 1)]
            guard let unit = units.first(where: { text.hasSuffix($0.suffix) }),
                let number = Double(text.dropLast(unit.suffix.count)), number >= 0, number <= 1e9
            else { return nil }
            let duration = Duration.seconds(number * unit.seconds)
            return range.contains(duration) ? duration : nil
        }
    }
}

extension OptionValue where Value: CaseIterable & RawRepresentable & Sendable, Value.RawValue == String {
    /// One of an enum's names.
    static var name: OptionValue {
        let names = Value.allCases.map(\.rawValue)
        return OptionValue(expected: "one of \(names.joined(separator: ", "))") { Value(rawValue: $0) }
    }
}
