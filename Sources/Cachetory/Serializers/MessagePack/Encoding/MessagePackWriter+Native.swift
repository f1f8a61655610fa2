import CachetorySmallFoundation

extension MessagePackWriter {
    /// Writes a value of a native type.
    ///
    /// - Throws: ``MessagePackFault/unrepresentableDate``.
    func write<Value>(_ value: Value, as type: NativeType) throws(MessagePackFault) {
        // The case was made from the type, so the casts are to the type that the value has.
        switch type {
        case .string: write(unsafeBitCast(value, to: String.self))
        case .int: write(unsafeBitCast(value, to: Int.self))
        case .double: write(unsafeBitCast(value, to: Double.self))
        case .float: write(unsafeBitCast(value, to: Float.self))
        case .bool: write(unsafeBitCast(value, to: Bool.self))
        case .data: write(unsafeBitCast(value, to: Data.self))
        case .date:
            guard let timestamp = MessagePackTimestamp(unsafeBitCast(value, to: Date.self)) else {
                throw .unrepresentableDate
            }
            write(timestamp)
        case .url: write(unsafeBitCast(value, to: URL.self).absoluteString)
        case .extension: write(unsafeBitCast(value, to: MessagePackExtensionValue.self))
        case .uint8: write(unsafeBitCast(value, to: UInt8.self))
        case .int32: write(unsafeBitCast(value, to: Int32.self))
        case .int64: write(unsafeBitCast(value, to: Int64.self))
        case .uint: write(unsafeBitCast(value, to: UInt.self))
        case .uint32: write(unsafeBitCast(value, to: UInt32.self))
        case .uint64: write(unsafeBitCast(value, to: UInt64.self))
        case .int16: write(unsafeBitCast(value, to: Int16.self))
        case .uint16: write(unsafeBitCast(value, to: UInt16.self))
        case .int8: write(unsafeBitCast(value, to: Int8.self))
        }
    }
}
