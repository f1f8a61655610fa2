extension OptionValue<Duration> {
    /// A decimal number of seconds, or of the unit behind it: `0.5`, `5`, `500ms`, `5s`, `2m`, `1h`.
    static func duration(_ constraint: Constraint<Duration> = .positiveDuration) -> Self {
        Self(allowed: constraint.allowed) { text in
            Duration(decimal: text).flatMap { constraint.isMet($0) ? $0 : nil }
        }
    }
}

extension OptionValue<Duration?> {
    /// A duration above zero, or one of some words for none.
    static func durationOrNone(spelled words: [String] = ["none"]) -> Self {
        let duration = OptionValue<Duration>.duration()
        return Self(allowed: "\(duration.allowed), or \(words.joined(separator: " or "))") { text in
            // Two kinds of nil: "none" is a value, and what can't be read has none.
            words.contains(text.lowercased()) ? .some(nil) : duration.parse(text).map(Optional.some)
        }
    }
}

extension Duration {
    /// Milliseconds of each unit.
    private static let units: [String: Int128] = ["ms": 1, "": 1000, "s": 1000, "m": 60_000, "h": 3_600_000]

    /// A `Duration` counts attoseconds, the 18th digit of a second; a float printed by Python has up to 17.
    private static let mostFractionDigits = 18

    /// More digits than a century in milliseconds has. With those of the fraction and the largest unit the result below
    /// stays within 38 digits, and so within 128 bits.
    private static let mostWholeDigits = 13

    /// Reads `5`, `0.5`, `.5` or `5.` and a unit, exactly; nil for anything else.
    fileprivate init?(decimal text: String) {
        let whole = text.utf8.prefix(while: Self.isDigit)
        var rest = text.utf8[whole.endIndex...]
        var fraction = rest.prefix(0)
        if rest.first == UInt8(ascii: ".") {
            fraction = rest.dropFirst().prefix(while: Self.isDigit)
            rest = rest[fraction.endIndex...]
        }
        guard
            let unit = Self.units[String(Substring(rest))],
            !(whole.isEmpty && fraction.isEmpty),
            whole.count <= Self.mostWholeDigits, fraction.count <= Self.mostFractionDigits
        else { return nil }
        // Moves the point behind the last digit that there may be: the number is one of attoseconds then.
        let zeros = repeatElement("0", count: Self.mostFractionDigits - fraction.count).joined()
        guard let attoseconds = Int128(Substring(whole) + Substring(fraction) + zeros) else { return nil }
        self.init(attoseconds: attoseconds * unit / 1000)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
