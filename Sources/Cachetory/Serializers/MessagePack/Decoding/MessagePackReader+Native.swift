import CachetorySmallFoundation

extension MessagePackReader {
    /// Reads a value of a native type, and moves the offset behind it.
    func read<Value>(
        _ type: Value.Type, as native: NativeType, at offset: inout Int
    ) throws(MessagePackFault) -> Value {
        // The case was made from the type, so the casts are from the type that is wanted.
        switch native {
        case .string: unsafeBitCast(try readString(at: &offset), to: type)
        case .int: unsafeBitCast(try readInteger(Int.self, at: &offset), to: type)
        case .double: unsafeBitCast(try readDouble(at: &offset), to: type)
        case .float: unsafeBitCast(try readFloat(at: &offset), to: type)
        case .bool: unsafeBitCast(try readBool(at: &offset), to: type)
        case .data: unsafeBitCast(try readData(at: &offset), to: type)
        case .date: unsafeBitCast(try readDate(at: &offset), to: type)
        case .url: unsafeBitCast(try readURL(at: &offset), to: type)
        case .extension: unsafeBitCast(try readExtension(at: &offset), to: type)
        case .uint8: unsafeBitCast(try readInteger(UInt8.self, at: &offset), to: type)
        case .int32: unsafeBitCast(try readInteger(Int32.self, at: &offset), to: type)
        case .int64: unsafeBitCast(try readInteger(Int64.self, at: &offset), to: type)
        case .uint: unsafeBitCast(try readInteger(UInt.self, at: &offset), to: type)
        case .uint32: unsafeBitCast(try readInteger(UInt32.self, at: &offset), to: type)
        case .uint64: unsafeBitCast(try readInteger(UInt64.self, at: &offset), to: type)
        case .int16: unsafeBitCast(try readInteger(Int16.self, at: &offset), to: type)
        case .uint16: unsafeBitCast(try readInteger(UInt16.self, at: &offset), to: type)
        case .int8: unsafeBitCast(try readInteger(Int8.self, at: &offset), to: type)
        }
    }
}
