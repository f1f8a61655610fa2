/// The values of a map, by their keys.
struct MessagePackKeyedDecodingContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: MessagePackValueDecoder

    var codingPath: [any CodingKey] { decoder.codingPath }

    /// The keys of the map that the type knows. Keys that are neither strings nor integers are none.
    var allKeys: [Key] { decoder.map.keys(Key.self) }

    func contains(_ key: Key) -> Bool {
        decoder.map.value(for: key) != nil
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        try read(Any?.self, key) { reader, offset throws(MessagePackFault) in try reader.readNil(at: &offset) }
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        var offset = try offset(of: key)
        return try decoder.decode(type, from: &offset, at: key)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try superDecoder(forKey: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try superDecoder(forKey: key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        let key = MessagePackKey.super
        return try decoder.decoder(from: offset(of: key), at: key)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        try decoder.decoder(from: offset(of: key), at: key)
    }

    private func offset(of key: some CodingKey) throws -> Int {
        guard let offset = decoder.map.value(for: key) else {
            let text = "there is no value for the key '\(key.stringValue)'"
            let context = DecodingError.Context(codingPath: codingPath, debugDescription: text)
            throw DecodingError.keyNotFound(key, context)
        }
        return offset
    }

    @inline(__always)
    private func read<Value>(
        _ type: Any.Type, _ key: Key,
        _ body: (MessagePackReader, inout Int) throws(MessagePackFault) -> Value
    ) throws -> Value {
        var offset = try offset(of: key)
        do throws(MessagePackFault) {
            return try body(decoder.reader, &offset)
        } catch {
            throw decoder.failure(error, type, at: key)
        }
    }

    // `Codable` asks for one method per type.

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
        try read(type, key) { reader, offset throws(MessagePackFault) in try reader.readBool(at: &offset) }
    }

    func decode(_ type: String.Type, forKey key: Key) throws -> String {
        try read(type, key) { reader, offset throws(MessagePackFault) in try reader.readString(at: &offset) }
    }

    func decode(_ type: Double.Type, forKey key: Key) throws -> Double {
        try read(type, key) { reader, offset throws(MessagePackFault) in try reader.readDouble(at: &offset) }
    }

    func decode(_ type: Float.Type, forKey key: Key) throws -> Float {
        try read(type, key) { reader, offset throws(MessagePackFault) in try reader.readFloat(at: &offset) }
    }

    func decode(_ type: Int.Type, forKey key: Key) throws -> Int {
        try read(type, key) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 {
        try read(type, key) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 {
        try read(type, key) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 {
        try read(type, key) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 {
        try read(type, key) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt {
        try read(type, key) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 {
        try read(type, key) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 {
        try read(type, key) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 {
        try read(type, key) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }

    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 {
        try read(type, key) { reader, offset throws(MessagePackFault) in try reader.readInteger(at: &offset) }
    }
}
