/// How the text of an option becomes a value, and in words what texts do.
struct OptionValue<Value>: Sendable {
    /// What is allowed, as it reads behind "expected".
    let allowed: String

    /// The value, or nil if the text is none or the value isn't allowed.
    let parse: @Sendable (String) -> Value?
}

extension OptionValue where Value: Sendable {
    /// The same for a property that may have no value.
    var optional: OptionValue<Value?> {
        // Not `parse` itself, whose nil would be a value.
        OptionValue<Value?>(allowed: allowed) { text in parse(text).map(Optional.some) }
    }
}

extension OptionValue<Int> {
    /// Decimal digits, and nothing else.
    static func integer(_ constraint: Constraint<Int>) -> Self {
        Self(allowed: constraint.allowed) { text in
            guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
            return Int(text).flatMap { constraint.isMet($0) ? $0 : nil }
        }
    }
}

extension OptionValue<Int> {
    /// A number of bytes, or one with a unit of 1024 as in `redis.conf`: kb, mb or gb.
    static func size(_ constraint: Constraint<Int>) -> Self {
        let number = integer(Constraint(allowed: constraint.allowed) { _ in true })
        return Self(allowed: constraint.allowed) { text in
            let text = text.lowercased()
            let unit = [("kb", 10), ("mb", 20), ("gb", 30)].first { text.hasSuffix($0.0) }
            let digits = unit == nil ? text : String(text.dropLast(2))
            guard !digits.isEmpty, let count = number.parse(digits) else { return nil }
            let (bytes, overflow) = count.multipliedReportingOverflow(by: 1 << (unit?.1 ?? 0))
            return !overflow && constraint.isMet(bytes) ? bytes : nil
        }
    }
}

extension OptionValue<Bool> {
    /// What redis-py takes for true and false. It takes any other text for true, `off` too; that is an error here.
    static var boolean: Self {
        choice(
            [
                "true": true, "1": true, "t": true, "yes": true, "y": true,
                "false": false, "0": false, "f": false, "no": false, "n": false,
            ], allowed: "true or false")
    }
}

extension OptionValue<String?> {
    /// Text, kept as it is.
    static func text(_ constraint: Constraint<String> = .text) -> Self {
        Self(allowed: constraint.allowed) { text in
            // Not as `?:`, whose nil would be a value: no text.
            guard constraint.isMet(text) else { return nil }
            return text
        }
    }
}

extension OptionValue<String?> {
    /// Text, kept as it is, or nothing at all, which is none.
    static func textOrNone(_ constraint: Constraint<String>) -> Self {
        Self(allowed: "\(constraint.allowed), or nothing") { text in
            // Two kinds of nil: nothing is a value, and what can't be read has none.
            if text.isEmpty { return .some(nil) }
            return constraint.isMet(text) ? .some(text) : nil
        }
    }
}

extension OptionValue where Value: Sendable {
    /// One of some words, in upper or lower case.
    static func choice(_ values: [String: Value], allowed: String) -> Self {
        Self(allowed: allowed) { values[$0.lowercased()] }
    }
}
