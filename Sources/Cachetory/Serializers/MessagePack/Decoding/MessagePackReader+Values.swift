import CachetorySmallFoundation

/// Each method reads the value at an offset and, unless it fails, moves the offset behind it.
extension MessagePackReader {
    /// Whether there is a nil. Moves the offset only if so.
    func readNil(at offset: inout Int) throws(MessagePackFault) -> Bool {
        let token = try token(at: offset)
        guard token.content == .null else { return false }
        offset = token.end
        return true
    }

    func readBool(at offset: inout Int) throws(MessagePackFault) -> Bool {
        let token = try token(at: offset)
        guard case .boolean(let value) = token.content else { throw .mismatch(found: token.content) }
        offset = token.end
        return value
    }

    /// An integer of any format, or a floating-point number without a fraction, that fits the type.
    func readInteger<Integer: FixedWidthInteger>(
        _ type: Integer.Type = Integer.self, at offset: inout Int
    ) throws(MessagePackFault) -> Integer {
        let token = try token(at: offset)
        let value: Integer?
        switch token.content {
        case .unsigned(let number): value = Integer(exactly: number)
        case .negative(let number): value = Integer(exactly: number)
        case .double(let number): value = Integer(exactly: number)
        case .float(let number): value = Integer(exactly: number)
        default: throw .mismatch(found: token.content)
        }
        guard let value else { throw .overflow }
        offset = token.end
        return value
    }

    /// A number of any format, rounded to the nearest that the type has.
    func readDouble(at offset: inout Int) throws(MessagePackFault) -> Double {
        let token = try token(at: offset)
        let value: Double
        switch token.content {
        case .double(let number): value = number
        case .float(let number): value = Double(number)
        case .unsigned(let number): value = Double(number)
        case .negative(let number): value = Double(number)
        default: throw .mismatch(found: token.content)
        }
        offset = token.end
        return value
    }

    /// A number of any format, rounded to the nearest that the type has.
    func readFloat(at offset: inout Int) throws(MessagePackFault) -> Float {
        var end = offset
        let wide = try readDouble(at: &end)
        let value = Float(wide)
        guard value.isFinite || !wide.isFinite else { throw .overflow }
        offset = end
        return value
    }

    func readString(at offset: inout Int) throws(MessagePackFault) -> String {
        let token = try token(at: offset)
        guard token.content == .string else { throw .mismatch(found: token.content) }
        let bytes = content(of: token)
        var text = String(decoding: bytes, as: UTF8.self)
        // Repairs what is not UTF-8, which shows. The initializer that validates takes five times as long.
        guard text.withUTF8({ bytes.isEqual(to: UnsafeRawBufferPointer($0)) }) else { throw .invalidText }
        offset = token.end
        return text
    }

    /// Bytes; also those of a string, which is how bytes were stored before MessagePack had a format for them.
    func readData(at offset: inout Int) throws(MessagePackFault) -> Data {
        let token = try token(at: offset)
        guard token.content == .binary || token.content == .string else { throw .mismatch(found: token.content) }
        offset = token.end
        return Data(content(of: token))
    }

    func readDate(at offset: inout Int) throws(MessagePackFault) -> Date {
        let token = try token(at: offset)
        guard token.content == .extension(type: MessagePackFormat.timestamp) else {
            throw .mismatch(found: token.content)
        }
        guard let timestamp = MessagePackTimestamp(content(of: token)) else { throw .invalidTimestamp }
        offset = token.end
        return timestamp.date
    }

    func readURL(at offset: inout Int) throws(MessagePackFault) -> URL {
        var end = offset
        guard let url = URL(string: try readString(at: &end)) else { throw .invalidURL }
        offset = end
        return url
    }

    func readExtension(at offset: inout Int) throws(MessagePackFault) -> MessagePackExtensionValue {
        let token = try token(at: offset)
        guard case .extension(let type) = token.content else { throw .mismatch(found: token.content) }
        offset = token.end
        return MessagePackExtensionValue(type: type, data: Data(content(of: token)))
    }

    /// The bytes of a string or an extension.
    func content(of token: MessagePackToken) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[token.start..<token.start + token.length])
    }
}
