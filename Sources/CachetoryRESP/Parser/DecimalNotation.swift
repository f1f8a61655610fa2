/// A number as a `,` line spells it: digits with a sign, a fraction and an exponent.
///
/// The grammar is checked here because `Double(_:)` also takes hexadecimal digits and words that are none of RESP's.
struct DecimalNotation {
    private var isNegative = false

    /// The digits before and behind the point.
    private var significand: UInt64 = 0

    /// What power of ten ``significand`` is multiplied by.
    private var exponent = 0

    /// There were more digits than ``significand`` holds.
    private var overflows = false

    init?(_ text: UnsafeRawBufferPointer) {
        var offset = 0
        isNegative = Self.takeSign(text, &offset)
        var digits = takeDigits(text, &offset)
        if offset < text.count, text[offset] == UInt8(ascii: ".") {
            offset += 1
            let fraction = takeDigits(text, &offset)
            exponent = -fraction
            digits += fraction
        }
        guard digits > 0 else { return nil }
        if offset < text.count, text[offset] | 0x20 == UInt8(ascii: "e") {
            offset += 1
            guard takeExponent(text, &offset) else { return nil }
        }
        guard offset == text.count else { return nil }
    }

    /// The nearest double, where one multiplication or division of two exact doubles yields it: 53 bits hold the
    /// digits, and 22 is the last power of ten that is exact.
    var exactDouble: Double? {
        guard !overflows, significand <= 1 << 53, (-22...22).contains(exponent) else { return nil }
        var power = 1.0
        for _ in 0..<exponent.magnitude { power *= 10 }
        let magnitude = exponent < 0 ? Double(significand) / power : Double(significand) * power
        return isNegative ? -magnitude : magnitude
    }
}

extension DecimalNotation {
    /// - Returns: Whether it is a minus.
    private static func takeSign(_ text: UnsafeRawBufferPointer, _ offset: inout Int) -> Bool {
        guard offset < text.count, text[offset] == UInt8(ascii: "-") || text[offset] == UInt8(ascii: "+") else {
            return false
        }
        offset += 1
        return text[offset - 1] == UInt8(ascii: "-")
    }

    /// Appends digits to ``significand``.
    ///
    /// - Returns: How many.
    private mutating func takeDigits(_ text: UnsafeRawBufferPointer, _ offset: inout Int) -> Int {
        let first = offset
        while offset < text.count, case let digit = text[offset] &- UInt8(ascii: "0"), digit <= 9 {
            let (tenfold, overflow) = significand.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(UInt64(digit))
            significand = sum
            overflows = overflows || overflow || carry
            offset += 1
        }
        return offset - first
    }

    /// - Returns: Whether there was a digit.
    private mutating func takeExponent(_ text: UnsafeRawBufferPointer, _ offset: inout Int) -> Bool {
        let isNegative = Self.takeSign(text, &offset)
        let first = offset
        var power = 0
        while offset < text.count, case let digit = text[offset] &- UInt8(ascii: "0"), digit <= 9 {
            // Far beyond the largest double already; the rest cannot change it.
            if power < 100_000 { power = power * 10 + Int(digit) }
            offset += 1
        }
        exponent += isNegative ? -power : power
        return offset > first
    }
}

extension Double {
    /// The contents of a `,` line: ``DecimalNotation``, `inf`, `-inf` or `nan`. Older servers print `-nan`.
    init?(line: UnsafeRawBufferPointer) {
        let notation = DecimalNotation(line)
        if let exact = notation?.exactDouble {
            self = exact
            return
        }
        let text = String(decoding: line, as: UTF8.self)
        guard notation == nil else {
            self.init(text)
            return
        }
        switch text {
        case "inf": self = .infinity
        case "-inf": self = -.infinity
        case "nan", "-nan": self = .nan
        default: return nil
        }
    }
}
