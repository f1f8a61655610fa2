import CachetorySmallFoundation

/// Writes the pieces of a command one behind the other into memory that is known to be large enough.
struct CommandWriter {
    private let start: UnsafeMutableRawPointer
    private var position: UnsafeMutableRawPointer

    init(at start: UnsafeMutableRawPointer) {
        self.start = start
        position = start
    }

    /// How many bytes were written.
    var count: Int { position - start }

    @inline(__always)
    mutating func writeHeader(argumentCount: Int) {
        writeLine(UInt8(ascii: "*"), argumentCount.magnitude)
    }

    /// Begins a bulk string whose contents lie elsewhere.
    mutating func writeBulkHeader(count: Int) {
        writeLine(UInt8(ascii: "$"), count.magnitude)
    }

    /// Ends a bulk string.
    mutating func writeLineEnd() {
        store(Self.lineEnd, count: 2)
    }

    // Each piece is a bulk string.

    @inline(__always)
    mutating func write(_ name: StaticString) {
        writeBulk(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func write(_ text: String) {
        let written: Void? = text.utf8.withContiguousStorageIfAvailable { writeBulk(UnsafeRawBufferPointer($0)) }
        if written == nil { writeBulk(converting: text) }
    }

    @inline(__always)
    mutating func write(_ data: Data) {
        data.bytes.withUnsafeBytes { writeBulk($0) }
    }

    mutating func write(_ number: Int) {
        let digits = Self.digitCount(number.magnitude)
        let signs = number < 0 ? 1 : 0
        writeLine(UInt8(ascii: "$"), (digits + signs).magnitude)
        if number < 0 { store(UInt64(UInt8(ascii: "-")), count: 1) }
        writeDigits(number.magnitude, count: digits)
        store(Self.lineEnd, count: 2)
    }

    /// Strings that came from Objective-C are not UTF-8 yet.
    @inline(never)
    private mutating func writeBulk(converting text: String) {
        var text = text
        text.withUTF8 { writeBulk(UnsafeRawBufferPointer($0)) }
    }

    private mutating func writeBulk(_ bytes: UnsafeRawBufferPointer) {
        writeLine(UInt8(ascii: "$"), bytes.count.magnitude)
        if let source = bytes.baseAddress { memcpy(position, source, bytes.count) }
        position += bytes.count
        store(Self.lineEnd, count: 2)
    }
}

// At least what the pieces take: a header, the contents and CR LF. A number and its CR LF are shorter than another header.
extension CommandWriter {
    /// At least what a type, a number and CR LF take: 20 characters are the longest number.
    static let headerBound = 1 + 20 + 2

    /// For a number, or a name that is no longer than one.
    static let shortBound = 2 * headerBound

    @inline(__always)
    static func bound(of name: StaticString) -> Int { name.utf8CodeUnitCount + 2 * headerBound }

    @inline(__always)
    static func bound(of text: String) -> Int { text.utf8.count + 2 * headerBound }

    @inline(__always)
    static func bound(of data: Data) -> Int { data.count + 2 * headerBound }
}

// Lines: a type, digits, CR LF.
extension CommandWriter {
    /// CR LF as it lies in memory.
    private static let lineEnd: UInt64 = 0x0A0D

    /// From here on a line takes more than the eight bytes of a word.
    private static let packedBound: UInt = 100_000

    /// Puts the line together in a word, from its end to its beginning, and stores it at once.
    @inline(__always)
    private mutating func writeLine(_ type: UInt8, _ number: UInt) {
        guard number < Self.packedBound else { return writeLongLine(type, number) }
        var line = Self.lineEnd
        var count = 3
        var rest = UInt32(truncatingIfNeeded: number)
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            line = line << 8 | UInt64(UInt8(ascii: "0")) | UInt64(digit)
            count &+= 1
            rest = quotient
        } while rest > 0
        store(line << 8 | UInt64(type), count: count)
    }

    private mutating func writeLongLine(_ type: UInt8, _ number: UInt) {
        store(UInt64(type), count: 1)
        writeDigits(number, count: Self.digitCount(number))
        store(Self.lineEnd, count: 2)
    }

    private mutating func writeDigits(_ number: UInt, count: Int) {
        var rest = number
        for offset in (0..<count).reversed() {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            position.storeBytes(
                of: UInt8(ascii: "0") | UInt8(truncatingIfNeeded: digit), toByteOffset: offset, as: UInt8.self)
            rest = quotient
        }
        position += count
    }

    private static func digitCount(_ number: UInt) -> Int {
        var count = 1
        var rest = number / 10
        while rest > 0 {
            count += 1
            rest /= 10
        }
        return count
    }

    /// Writes the first `count` bytes of `word`. It stores all eight, which the bounds have room for: what is
    /// behind `count` is written over by what follows.
    @inline(__always)
    private mutating func store(_ word: UInt64, count: Int) {
        position.storeBytes(of: word.littleEndian, as: UInt64.self)
        position += count
    }
}
