/// The one value that is neither a map nor an array, or that reads itself as another value does.
struct MessagePackSingleValueDecodingContainer: SingleValueDecodingContainer {
    let decoder: MessagePackValueDecoder

    /// Where the value begins.
    let offset: Int

    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool {
        var end = offset
        let isNil = (try? decoder.reader.readNil(at: &end)) ?? false
        if isNil { decoder.end = end }
        return isNil
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        var end = offset
        let value = try decoder.decode(type, from: &end, at: nil)
        decoder.end = end
        return value
    }

    @inline(__always)
    private func read<Value>(
        _ type: Value.Type, _ body: (MessagePackReader, inout Int) throws(MessagePackFault) -> Value
    ) throws -> Value {
        var end = offset
        do throws(MessagePackFault) {
            let value = try body(decoder.reader, &end)
            decoder.end = end
            return value
        } catch {
            throw decoder.failure(error, type, at: nil)
        }
    }

    // `Codable` asks for one method per type.

    func decode(_ type: Bool.Type) throws -> Bool {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readBool(at: &offset) }
    }

    func decode(_ type: String.Type) throws -> String {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readString(at: &offset) }
    }

    func decode(_ type: Double.Type) throws -> Double {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readDouble(at: &offset) }
    }

    func decode(_ type: Float.Type) throws -> Float {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readFloat(at: &offset) }
    }

    func decode(_ type: Int.Type) throws -> Int {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    func decode(_ type: Int8.Type) throws -> Int8 {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    func decode(_ type: Int16.Type) throws -> Int16 {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    func decode(_ type: Int32.Type) throws -> Int32 {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    func decode(_ type: Int64.Type) throws -> Int64 {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    func decode(_ type: UInt.Type) throws -> UInt {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    func decode(_ type: UInt8.Type) throws -> UInt8 {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    func decode(_ type: UInt16.Type) throws -> UInt16 {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    func decode(_ type: UInt32.Type) throws -> UInt32 {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    func decode(_ type: UInt64.Type) throws -> UInt64 {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }
}
