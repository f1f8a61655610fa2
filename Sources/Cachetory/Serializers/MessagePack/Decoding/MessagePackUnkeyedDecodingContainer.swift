/// The elements of an array, or the keys and values of a map by turns.
struct MessagePackUnkeyedDecodingContainer: UnkeyedDecodingContainer {
    private let decoder: MessagePackValueDecoder
    private let total: Int
    private(set) var currentIndex = 0

    /// Where the next element begins.
    private var offset: Int

    init(decoder: MessagePackValueDecoder, count: Int, offset: Int) {
        self.decoder = decoder
        self.offset = offset
        total = count
        if isAtEnd { decoder.end = offset }
    }

    var codingPath: [any CodingKey] { decoder.codingPath }

    var count: Int? { total }

    var isAtEnd: Bool { currentIndex == total }

    private var key: MessagePackKey { .index(currentIndex) }

    mutating func decodeNil() throws -> Bool {
        try checkNotAtEnd(Any?.self)
        let isNil = try decoder.read(Any?.self, at: key) { reader throws(MessagePackFault) in
            try reader.readNil(at: &offset)
        }
        if isNil { advance() }
        return isNil
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try checkNotAtEnd(type)
        let index = currentIndex
        let value = try decoder.decode(type, from: &offset, at: MessagePackKey.index(index))
        advance()
        return value
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try nested(KeyedDecodingContainer<NestedKey>.self) { try $0.container(keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try nested((any UnkeyedDecodingContainer).self) { try $0.unkeyedContainer() }
    }

    mutating func superDecoder() throws -> any Decoder {
        try nested((any Decoder).self) { $0 }
    }

    private mutating func nested<Result>(
        _ type: Result.Type, _ body: (MessagePackValueDecoder) throws -> Result
    ) throws -> Result {
        try checkNotAtEnd(type)
        let result = try body(decoder.decoder(from: offset, at: key))
        offset = try decoder.end(ofValueAt: offset, type, at: key)
        advance()
        return result
    }

    @inline(__always)
    private mutating func read<Value>(
        _ type: Value.Type, _ body: (MessagePackReader, inout Int) throws(MessagePackFault) -> Value
    ) throws -> Value {
        try checkNotAtEnd(type)
        do throws(MessagePackFault) {
            let value = try body(decoder.reader, &offset)
            advance()
            return value
        } catch {
            throw decoder.failure(error, type, at: key)
        }
    }

    private func checkNotAtEnd(_ type: Any.Type) throws {
        guard isAtEnd else { return }
        let text = "there are no more than \(total) elements"
        let context = DecodingError.Context(codingPath: codingPath + [key], debugDescription: text)
        throw DecodingError.valueNotFound(type, context)
    }

    private mutating func advance() {
        currentIndex += 1
        if isAtEnd { decoder.end = offset }
    }

    // `Codable` asks for one method per type.

    mutating func decode(_ type: Bool.Type) throws -> Bool {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readBool(at: &offset) }
    }

    mutating func decode(_ type: String.Type) throws -> String {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readString(at: &offset) }
    }

    mutating func decode(_ type: Double.Type) throws -> Double {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readDouble(at: &offset) }
    }

    mutating func decode(_ type: Float.Type) throws -> Float {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readFloat(at: &offset) }
    }

    mutating func decode(_ type: Int.Type) throws -> Int {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    mutating func decode(_ type: Int8.Type) throws -> Int8 {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    mutating func decode(_ type: Int16.Type) throws -> Int16 {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    mutating func decode(_ type: Int32.Type) throws -> Int32 {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    mutating func decode(_ type: Int64.Type) throws -> Int64 {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    mutating func decode(_ type: UInt.Type) throws -> UInt {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    mutating func decode(_ type: UInt8.Type) throws -> UInt8 {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    mutating func decode(_ type: UInt16.Type) throws -> UInt16 {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    mutating func decode(_ type: UInt32.Type) throws -> UInt32 {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    mutating func decode(_ type: UInt64.Type) throws -> UInt64 {
        try read(type) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }
}
