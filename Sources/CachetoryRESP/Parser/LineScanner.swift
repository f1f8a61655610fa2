/// Reads the line at the front of the bytes that have come: a type, contents, CR LF.
///
/// "Not all here yet" is `nil`. An error quotes the line up to its first wrong byte, so that it is the same however
/// the line was cut into pieces.
///
/// Raw pointers, because this is where every reply passes: an offset is compared once with the bytes' count, and a
/// checked subscript would do it again.
struct LineScanner {
    /// The type, which is there.
    private let start: UnsafeRawPointer
    private let count: Int

    init(_ start: UnsafeRawPointer, count: Int) {
        self.start = start
        self.count = count
    }

    /// A number and the offset behind its line.
    struct Number {
        let value: Int64
        let end: Int
    }

    /// CR and LF as they lie in memory.
    static let lineEnd = UInt16(littleEndian: 0x0A0D)

    static let lineEndBytes = 2

    /// The line as a signed 64-bit number.
    @inline(__always)
    func integer() throws(RESPError) -> Number? {
        guard let line = scanDigits(from: 1) else { return try unusualInteger() }
        return Number(value: Int64(truncatingIfNeeded: line.magnitude), end: line.end)
    }

    /// The line as a count of bytes or elements, or one of the other `forms`.
    @inline(__always)
    func length(_ forms: LengthForms) throws(RESPError) -> LengthLine? {
        guard let line = scanDigits(from: 1) else { return try unusualLength(forms) }
        return LengthLine(length: .count(Int(clamping: line.magnitude)), end: line.end)
    }

    /// The offset behind the line, which must hold nothing.
    @inline(__always)
    func empty() throws(RESPError) -> Int? { try expectLineEnd(at: 1) }

    /// The line as `t` or `f`, and the offset behind it.
    func boolean() throws(RESPError) -> (value: Bool, end: Int)? {
        guard count > 1 else { return nil }
        guard self[1] == UInt8(ascii: "t") || self[1] == UInt8(ascii: "f") else { throw invalid(at: 1) }
        guard let end = try expectLineEnd(at: 2) else { return nil }
        return (self[1] == UInt8(ascii: "t"), end)
    }

    /// The offset of the CR that ends the line.
    ///
    /// - Parameters:
    ///   - scanned: Where the search begins, and where it has to go on when more has come.
    ///   - limit: The offset up to which the line must have ended.
    func end(scanned: inout Int, limit: Int) throws(RESPError) -> Int? {
        // As far as it takes to know that the line is too long, and no further.
        let searched = min(count, limit + 2)
        var offset = skipText(from: max(scanned, 1), to: searched)
        while offset < searched, !isLineEnd(self[offset]) { offset = skipText(from: offset + 1, to: searched) }
        scanned = offset
        if offset > limit { throw .limitExceeded(.lineBytes, maximum: limit) }
        guard offset < searched else { return nil }
        return try expectLineEnd(at: offset) == nil ? nil : offset
    }

    /// The error about the line whose first wrong byte is at `offset`.
    func invalid(at offset: Int) -> RESPError {
        .invalidLine(RESPError.excerpt(UnsafeRawBufferPointer(start: start, count: offset + 1)))
    }
}

// The usual line, in as few instructions as possible.
extension LineScanner {
    private subscript(offset: Int) -> UInt8 {
        start.load(fromByteOffset: offset, as: UInt8.self)
    }

    /// Digits from `first` to the line's end: complete, not empty and too few to overflow. `nil` for all others.
    @inline(__always)
    private func scanDigits(from first: Int) -> (magnitude: UInt64, end: Int)? {
        var magnitude: UInt64 = 0
        var offset = first
        while offset < count {
            let digit = self[offset] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            magnitude = magnitude &* 10 &+ UInt64(digit)
            offset &+= 1
        }
        let isUsual = offset > first && offset <= first &+ RESPLimits.safeDigits && hasLineEnd(at: offset)
        return isUsual ? (magnitude, offset &+ Self.lineEndBytes) : nil
    }

    /// The offset behind the CR LF that must stand at `offset`.
    @inline(__always)
    private func expectLineEnd(at offset: Int) throws(RESPError) -> Int? {
        hasLineEnd(at: offset) ? offset &+ Self.lineEndBytes : try unusualLineEnd(at: offset)
    }

    @inline(__always)
    private func hasLineEnd(at offset: Int) -> Bool {
        offset &+ Self.lineEndBytes <= count
            && start.loadUnaligned(fromByteOffset: offset, as: UInt16.self) == Self.lineEnd
    }

    private func isLineEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") }

    /// The offset behind all words of eight bytes that hold nothing below `0x0E`, hence no CR and no LF.
    ///
    /// Subtracting `0x0E` from every byte at once sets the top bit of those that are smaller; a byte whose own top bit
    /// was set is not among them. A borrow can only come from a byte that is smaller itself.
    private func skipText(from offset: Int, to end: Int) -> Int {
        var offset = offset
        while offset &+ 8 <= end {
            let word = start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            guard (word &- 0x0E0E_0E0E_0E0E_0E0E) & ~word & 0x8080_8080_8080_8080 == 0 else { break }
            offset &+= 8
        }
        return offset
    }
}

// All other lines: signs, 19 and more digits, cut and wrong ones. Out of line, to keep the usual path short.
extension LineScanner {
    @inline(never)
    private func unusualInteger() throws(RESPError) -> Number? {
        guard count > 1 else { return nil }
        let isNegative = self[1] == UInt8(ascii: "-")
        let first = isNegative || self[1] == UInt8(ascii: "+") ? 2 : 1
        guard let (magnitude, end) = try digits(from: first) else { return nil }
        if magnitude <= Int64.max.magnitude {
            return Number(value: isNegative ? -Int64(magnitude) : Int64(magnitude), end: end)
        }
        guard isNegative, magnitude == Int64.min.magnitude else { throw invalid(at: end - Self.lineEndBytes) }
        return Number(value: .min, end: end)
    }

    @inline(never)
    private func unusualLength(_ forms: LengthForms) throws(RESPError) -> LengthLine? {
        guard count > 1 else { return nil }
        switch self[1] {
        case UInt8(ascii: "-") where forms.contains(.null):
            // -1, and no other spelling of it.
            guard count > 2 else { return nil }
            guard self[2] == UInt8(ascii: "1") else { throw invalid(at: 2) }
            return try expectLineEnd(at: 3).map { LengthLine(length: .null, end: $0) }
        case UInt8(ascii: "?") where forms.contains(.streamed):
            return try expectLineEnd(at: 2).map { LengthLine(length: .streamed, end: $0) }
        default:
            return try digits(from: 1).map { LengthLine(length: .count(Int(clamping: $0.magnitude)), end: $0.end) }
        }
    }

    /// Digits from `first` to the line's end, every step checked.
    private func digits(from first: Int) throws(RESPError) -> (magnitude: UInt64, end: Int)? {
        var magnitude: UInt64 = 0
        var overflows = false
        var offset = first
        while offset < count, case let digit = self[offset] &- UInt8(ascii: "0"), digit <= 9 {
            guard offset < first + RESPLimits.digits else {
                throw .limitExceeded(.digits, maximum: RESPLimits.digits)
            }
            let (tenfold, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(UInt64(digit))
            overflows = overflows || overflow || carry
            magnitude = sum
            offset += 1
        }
        guard offset < count else { return nil }
        guard offset > first else { throw invalid(at: offset) }
        guard let end = try expectLineEnd(at: offset) else { return nil }
        guard !overflows else { throw invalid(at: offset) }
        return (magnitude, end)
    }

    @inline(never)
    private func unusualLineEnd(at offset: Int) throws(RESPError) -> Int? {
        guard offset < count else { return nil }
        guard self[offset] == UInt8(ascii: "\r") else { throw invalid(at: offset) }
        guard offset + 1 < count else { return nil }
        guard self[offset + 1] == UInt8(ascii: "\n") else { throw invalid(at: offset + 1) }
        return offset + Self.lineEndBytes
    }
}
