/// Finds values in bytes of MessagePack.
///
/// What it returns has been checked against the bytes that are there: the content of a string is within them, and a
/// container has no more elements than bytes are left for.
struct MessagePackReader {
    private typealias Format = MessagePackFormat

    /// The bytes, which have to outlive the reader. No more than `MessagePackFormat.maximumSize`.
    let bytes: UnsafeRawBufferPointer

    static var empty: MessagePackReader { MessagePackReader(bytes: UnsafeRawBufferPointer(start: nil, count: 0)) }

    /// The value that begins at an offset.
    func token(at offset: Int) throws(MessagePackFault) -> MessagePackToken {
        guard offset < bytes.count else { throw .truncated }
        let byte = bytes[offset]
        let next = offset + 1
        switch byte {
        case ..<Format.fixMap:
            return MessagePackToken(content: .unsigned(UInt64(byte)), start: next)
        case ..<Format.fixArray:
            return try container(.map, Int(byte & 0x0f), at: next)
        case ..<Format.fixString:
            return try container(.array, Int(byte & 0x0f), at: next)
        case ..<Format.null:
            return try string(.string, Int(byte & 0x1f), at: next)
        case Format.negativeFixInteger...:
            return MessagePackToken(content: .negative(Int64(Int8(bitPattern: byte))), start: next)
        case Format.null:
            return MessagePackToken(content: .null, start: next)
        case Format.false:
            return MessagePackToken(content: .boolean(false), start: next)
        case Format.true:
            return MessagePackToken(content: .boolean(true), start: next)
        case Format.float32...Format.signed64:
            return try number(byte, at: next)
        case Format.string8:
            return try string(.string, Int(load(UInt8.self, at: next)), at: next + 1)
        case Format.string16:
            return try string(.string, Int(load(UInt16.self, at: next)), at: next + 2)
        case Format.string32:
            return try string(.string, Int(load(UInt32.self, at: next)), at: next + 4)
        case Format.binary8:
            return try string(.binary, Int(load(UInt8.self, at: next)), at: next + 1)
        case Format.binary16:
            return try string(.binary, Int(load(UInt16.self, at: next)), at: next + 2)
        case Format.binary32:
            return try string(.binary, Int(load(UInt32.self, at: next)), at: next + 4)
        case Format.array16:
            return try container(.array, Int(load(UInt16.self, at: next)), at: next + 2)
        case Format.array32:
            return try container(.array, Int(load(UInt32.self, at: next)), at: next + 4)
        case Format.map16:
            return try container(.map, Int(load(UInt16.self, at: next)), at: next + 2)
        case Format.map32:
            return try container(.map, Int(load(UInt32.self, at: next)), at: next + 4)
        case Format.extension8:
            return try `extension`(Int(load(UInt8.self, at: next)), at: next + 1)
        case Format.extension16:
            return try `extension`(Int(load(UInt16.self, at: next)), at: next + 2)
        case Format.extension32:
            return try `extension`(Int(load(UInt32.self, at: next)), at: next + 4)
        case Format.fixExtension1...Format.fixExtension16:
            return try `extension`(1 << Int(byte - Format.fixExtension1), at: next)
        default:
            throw .reserved
        }
    }

    /// Where the value ends that begins at an offset.
    func end(ofValueAt offset: Int) throws(MessagePackFault) -> Int {
        try end(of: token(at: offset))
    }

    /// Where the value ends that a token begins. Costs a step for each value within, and no stack.
    func end(of token: MessagePackToken) throws(MessagePackFault) -> Int {
        var offset = token.end
        var pending = token.children
        while pending > 0 {
            let next = try self.token(at: offset)
            offset = next.end
            pending += next.children - 1
            // Each takes a byte at least, so the sum cannot overflow before this stops it.
            guard pending <= bytes.count - offset else { throw .truncated }
        }
        return offset
    }

    private func number(_ format: UInt8, at offset: Int) throws(MessagePackFault) -> MessagePackToken {
        switch format {
        case Format.float32:
            let bits = try load(UInt32.self, at: offset)
            return MessagePackToken(content: .float(Float(bitPattern: bits)), start: offset + 4)
        case Format.float64:
            let bits = try load(UInt64.self, at: offset)
            return MessagePackToken(content: .double(Double(bitPattern: bits)), start: offset + 8)
        case Format.unsigned8: return try integer(UInt8.self, at: offset)
        case Format.unsigned16: return try integer(UInt16.self, at: offset)
        case Format.unsigned32: return try integer(UInt32.self, at: offset)
        case Format.unsigned64: return try integer(UInt64.self, at: offset)
        case Format.signed8: return try integer(Int8.self, at: offset)
        case Format.signed16: return try integer(Int16.self, at: offset)
        case Format.signed32: return try integer(Int32.self, at: offset)
        default: return try integer(Int64.self, at: offset)
        }
    }

    private func integer<Integer: FixedWidthInteger>(
        _ type: Integer.Type, at offset: Int
    ) throws(MessagePackFault) -> MessagePackToken {
        let value = try load(type, at: offset)
        let content: MessagePackToken.Content =
            value < 0 ? .negative(Int64(truncatingIfNeeded: value)) : .unsigned(UInt64(truncatingIfNeeded: value))
        return MessagePackToken(content: content, start: offset + MemoryLayout<Integer>.size)
    }

    private func string(
        _ content: MessagePackToken.Content, _ length: Int, at start: Int
    ) throws(MessagePackFault) -> MessagePackToken {
        guard length <= bytes.count - start else { throw .truncated }
        return MessagePackToken(content: content, start: start, length: length)
    }

    private func `extension`(_ length: Int, at offset: Int) throws(MessagePackFault) -> MessagePackToken {
        let type = try load(Int8.self, at: offset)
        return try string(.extension(type: type), length, at: offset + 1)
    }

    private func container(
        _ content: MessagePackToken.Content, _ length: Int, at start: Int
    ) throws(MessagePackFault) -> MessagePackToken {
        let token = MessagePackToken(content: content, start: start, length: length)
        guard token.children <= bytes.count - start else { throw .truncated }
        return token
    }

    @inline(__always)
    private func load<Integer: FixedWidthInteger>(
        _ type: Integer.Type, at offset: Int
    ) throws(MessagePackFault) -> Integer {
        guard bytes.count - offset >= MemoryLayout<Integer>.size else { throw .truncated }
        return Integer(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }
}
