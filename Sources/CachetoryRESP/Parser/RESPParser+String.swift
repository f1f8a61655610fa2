/// The types that declare how many bytes they have.
extension RESPParser {
    mutating func readString(_ kind: StringKind) throws(RESPError) -> RESPReply? {
        guard let line = try scanner.length(kind.lengthForms) else { return nil }
        guard case .count(let length) = line.length else {
            buffer.skip(line.end)
            if case .null = line.length { return .null }
            string.beginStream()
            return try resumeString()
        }
        guard length <= limits.bulkBytes else { throw .limitExceeded(.bulkBytes, maximum: limits.bulkBytes) }
        guard length <= buffer.count &- line.end &- LineScanner.lineEndBytes else {
            buffer.skip(line.end)
            string.begin(kind, length: length, isLarge: length >= limits.largeStringBytes)
            return try resumeString()
        }
        return try takeString(kind, at: line.end, length)
    }

    /// Goes on with the string that the last call stopped in.
    @inline(never)
    mutating func resumeString() throws(RESPError) -> RESPReply? {
        while true {
            switch string.state {
            case .none: return nil
            case .waiting:
                guard buffer.count >= string.missing else { return nil }
                string.state = .none
                return try takeString(string.kind, at: 0, string.missing - LineScanner.lineEndBytes)
            case .receiving:
                guard string.take(from: &buffer) else { return nil }
                try string.removeLineEnd()
                return try string.finish()
            case .awaitingChunk:
                guard let length = try readChunkLength() else { return nil }
                guard length > 0 else { return try string.finish() }
                string.beginChunk(length: length)
            case .receivingChunk:
                guard string.take(from: &buffer) else { return nil }
                try string.removeLineEnd()
                string.state = .awaitingChunk
            }
        }
    }

    /// The string of `length` bytes at `offset` in the buffer, all of which are there. Takes it out.
    @inline(__always)
    private mutating func takeString(
        _ kind: StringKind, at offset: Int, _ length: Int
    ) throws(RESPError) -> RESPReply {
        let start = buffer.front + offset
        try StringKind.checkLineEnd(at: start + length)
        let value = try kind.value(UnsafeRawBufferPointer(start: start, count: length))
        buffer.skip(offset &+ length &+ LineScanner.lineEndBytes)
        return value
    }

    /// `;` and the length of a streamed string's next chunk; zero after the last.
    private mutating func readChunkLength() throws(RESPError) -> Int? {
        guard !buffer.isEmpty else { return nil }
        let type = buffer.front.load(as: UInt8.self)
        guard type == UInt8(ascii: ";") else { throw .misplacedType(type) }
        guard case .count(let length)? = try readLength([]) else { return nil }
        guard length <= limits.bulkBytes - string.count else {
            throw .limitExceeded(.bulkBytes, maximum: limits.bulkBytes)
        }
        return length
    }

    /// Takes the line with a length from the buffer.
    mutating func readLength(_ forms: LengthForms) throws(RESPError) -> LengthLine.Length? {
        guard let line = try scanner.length(forms) else { return nil }
        buffer.skip(line.end)
        return line.length
    }
}
