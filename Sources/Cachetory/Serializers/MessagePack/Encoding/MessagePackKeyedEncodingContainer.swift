/// The pairs of a map.
struct MessagePackKeyedEncodingContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: MessagePackValueEncoder

    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil(forKey key: Key) throws {
        try encoder.beginPair(key).writeNil()
    }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try encoder.encodePair(value, key)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        encoder.insertPair(key).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        encoder.insertPair(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
        encoder.insertPair(MessagePackKey.super)
    }

    func superEncoder(forKey key: Key) -> any Encoder {
        encoder.insertPair(key)
    }

    // `Codable` asks for one method per type.

    func encode(_ value: Bool, forKey key: Key) throws {
        try encoder.beginPair(key).write(value)
    }

    func encode(_ value: String, forKey key: Key) throws {
        try encoder.beginPair(key).write(value)
    }

    func encode(_ value: Double, forKey key: Key) throws {
        try encoder.beginPair(key).write(value)
    }

    func encode(_ value: Float, forKey key: Key) throws {
        try encoder.beginPair(key).write(value)
    }

    func encode(_ value: Int, forKey key: Key) throws {
        try encoder.beginPair(key).write(value)
    }

    func encode(_ value: Int8, forKey key: Key) throws {
        try encoder.beginPair(key).write(value)
    }

    func encode(_ value: Int16, forKey key: Key) throws {
        try encoder.beginPair(key).write(value)
    }

    func encode(_ value: Int32, forKey key: Key) throws {
        try encoder.beginPair(key).write(value)
    }

    func encode(_ value: Int64, forKey key: Key) throws {
        try encoder.beginPair(key).write(value)
    }

    func encode(_ value: UInt, forKey key: Key) throws {
        try encoder.beginPair(key).write(value)
    }

    func encode(_ value: UInt8, forKey key: Key) throws {
        try encoder.beginPair(key).write(value)
    }

    func encode(_ value: UInt16, forKey key: Key) throws {
        try encoder.beginPair(key).write(value)
    }

    func encode(_ value: UInt32, forKey key: Key) throws {
        try encoder.beginPair(key).write(value)
    }

    func encode(_ value: UInt64, forKey key: Key) throws {
        try encoder.beginPair(key).write(value)
    }
}
