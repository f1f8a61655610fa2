/// The elements of an array.
struct MessagePackUnkeyedEncodingContainer: UnkeyedEncodingContainer {
    let encoder: MessagePackValueEncoder

    var codingPath: [any CodingKey] { encoder.codingPath }

    var count: Int { encoder.count }

    func encodeNil() throws {
        try encoder.beginElement().writeNil()
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        try encoder.encodeElement(value)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type
    ) -> KeyedEncodingContainer<NestedKey> {
        encoder.insertElement().container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        encoder.insertElement().unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
        encoder.insertElement()
    }

    // `Codable` asks for one method per type.

    func encode(_ value: Bool) throws {
        try encoder.beginElement().write(value)
    }

    func encode(_ value: String) throws {
        try encoder.beginElement().write(value)
    }

    func encode(_ value: Double) throws {
        try encoder.beginElement().write(value)
    }

    func encode(_ value: Float) throws {
        try encoder.beginElement().write(value)
    }

    func encode(_ value: Int) throws {
        try encoder.beginElement().write(value)
    }

    func encode(_ value: Int8) throws {
        try encoder.beginElement().write(value)
    }

    func encode(_ value: Int16) throws {
        try encoder.beginElement().write(value)
    }

    func encode(_ value: Int32) throws {
        try encoder.beginElement().write(value)
    }

    func encode(_ value: Int64) throws {
        try encoder.beginElement().write(value)
    }

    func encode(_ value: UInt) throws {
        try encoder.beginElement().write(value)
    }

    func encode(_ value: UInt8) throws {
        try encoder.beginElement().write(value)
    }

    func encode(_ value: UInt16) throws {
        try encoder.beginElement().write(value)
    }

    func encode(_ value: UInt32) throws {
        try encoder.beginElement().write(value)
    }

    func encode(_ value: UInt64) throws {
        try encoder.beginElement().write(value)
    }
}
