/// The one value that is neither a map nor an array, or that writes itself as another value does.
struct MessagePackSingleValueEncodingContainer: SingleValueEncodingContainer {
    let encoder: MessagePackValueEncoder

    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil() throws {
        try encoder.beginSingle().writeNil()
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        try encoder.encodeSingle(value)
    }

    // `Codable` asks for one method per type.

    func encode(_ value: Bool) throws {
        try encoder.beginSingle().write(value)
    }

    func encode(_ value: String) throws {
        try encoder.beginSingle().write(value)
    }

    func encode(_ value: Double) throws {
        try encoder.beginSingle().write(value)
    }

    func encode(_ value: Float) throws {
        try encoder.beginSingle().write(value)
    }

    func encode(_ value: Int) throws {
        try encoder.beginSingle().write(value)
    }

    func encode(_ value: Int8) throws {
        try encoder.beginSingle().write(value)
    }

    func encode(_ value: Int16) throws {
        try encoder.beginSingle().write(value)
    }

    func encode(_ value: Int32) throws {
        try encoder.beginSingle().write(value)
    }

    func encode(_ value: Int64) throws {
        try encoder.beginSingle().write(value)
    }

    func encode(_ value: UInt) throws {
        try encoder.beginSingle().write(value)
    }

    func encode(_ value: UInt8) throws {
        try encoder.beginSingle().write(value)
    }

    func encode(_ value: UInt16) throws {
        try encoder.beginSingle().write(value)
    }

    func encode(_ value: UInt32) throws {
        try encoder.beginSingle().write(value)
    }

    func encode(_ value: UInt64) throws {
        try encoder.beginSingle().write(value)
    }
}
