/// The types that are a single line.
extension RESPParser {
    /// `OK`, CR and LF as they lie in memory.
    private static let ok = UInt32(littleEndian: 0x0A0D_4B4F)

    /// `+OK` with its line end.
    private static let okBytes = 5

    mutating func readInteger() throws(RESPError) -> RESPReply? {
        guard let line = try scanner.integer() else { return nil }
        buffer.skip(line.end)
        return .integer(line.value)
    }

    mutating func readSimpleString() throws(RESPError) -> RESPReply? {
        // Nearly all of them are this one, so it is compared at once.
        if buffer.count >= Self.okBytes, buffer.front.loadUnaligned(fromByteOffset: 1, as: UInt32.self) == Self.ok {
            buffer.skip(Self.okBytes)
            scanned = 0
            return .simpleString("OK")
        }
        guard let line = try readLine() else { return nil }
        let value = RESPReply.simpleString(String(decoding: line, as: UTF8.self))
        removeLine(line)
        return value
    }

    mutating func readNull() throws(RESPError) -> RESPReply? {
        guard let end = try scanner.empty() else { return nil }
        buffer.skip(end)
        return .null
    }

    mutating func readBoolean() throws(RESPError) -> RESPReply? {
        guard let line = try scanner.boolean() else { return nil }
        buffer.skip(line.end)
        return .boolean(line.value)
    }

    mutating func readError() throws(RESPError) -> RESPReply? {
        guard let line = try readLine() else { return nil }
        let value = RESPReply.error(RESPServerError(line: line))
        removeLine(line)
        return value
    }

    mutating func readDouble() throws(RESPError) -> RESPReply? {
        guard let line = try readLine(limit: min(limits.lineBytes, RESPLimits.doubleBytes)) else { return nil }
        guard let number = Double(line: line) else { throw invalid(line) }
        removeLine(line)
        return .double(number)
    }

    mutating func readBigNumber() throws(RESPError) -> RESPReply? {
        guard let line = try readLine() else { return nil }
        let digits = line.first == UInt8(ascii: "-") || line.first == UInt8(ascii: "+") ? line.dropFirst() : line[...]
        guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            throw invalid(line)
        }
        let value = RESPReply.bigNumber(String(decoding: line, as: UTF8.self))
        removeLine(line)
        return value
    }
}

extension RESPParser {
    /// The bytes at hand, of which there is one at least.
    @inline(__always)
    var scanner: LineScanner { LineScanner(buffer.front, count: buffer.count) }

    /// The contents of the line at the front of the buffer, once it is complete; ``removeLine(_:)`` takes it away.
    mutating func readLine(limit: Int? = nil) throws(RESPError) -> UnsafeRawBufferPointer? {
        guard let end = try scanner.end(scanned: &scanned, limit: limit ?? limits.lineBytes) else { return nil }
        return UnsafeRawBufferPointer(start: buffer.front + 1, count: end - 1)
    }

    mutating func removeLine(_ contents: UnsafeRawBufferPointer) {
        // The type before the contents, the line end behind.
        buffer.skip(1 + contents.count + LineScanner.lineEndBytes)
        scanned = 0
    }

    /// The error about the line with these contents.
    func invalid(_ contents: UnsafeRawBufferPointer) -> RESPError {
        scanner.invalid(at: contents.count)
    }
}
