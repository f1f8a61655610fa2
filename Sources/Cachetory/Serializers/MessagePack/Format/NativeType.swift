import CachetorySmallFoundation

/// The types of Swift that MessagePack has a format for.
///
/// The generic calls of `Codable` arrive with values of any type, the elements of arrays among them. Comparing the type
/// with these costs a tenth of the detour by way of the value's own coding.
enum NativeType {
    case string, int, double, float, bool, data, date, url, `extension`
    case uint8, int32, int64, uint, uint32, uint64, int16, uint16, int8

    /// Which of them a type is; nil where it is none. The frequent ones come first.
    @inline(__always)
    init?<Value>(_ type: Value.Type) {
        if type == String.self {
            self = .string
        } else if type == Int.self {
            self = .int
        } else if type == Double.self {
            self = .double
        } else if type == Float.self {
            self = .float
        } else if type == Bool.self {
            self = .bool
        } else if type == Data.self {
            self = .data
        } else if type == Date.self {
            self = .date
        } else if type == URL.self {
            self = .url
        } else if type == MessagePackExtensionValue.self {
            self = .extension
        } else {
            self.init(integer: type)
        }
    }

    private init?<Value>(integer type: Value.Type) {
        if type == UInt8.self {
            self = .uint8
        } else if type == Int32.self {
            self = .int32
        } else if type == Int64.self {
            self = .int64
        } else if type == UInt.self {
            self = .uint
        } else if type == UInt32.self {
            self = .uint32
        } else if type == UInt64.self {
            self = .uint64
        } else if type == Int16.self {
            self = .int16
        } else if type == UInt16.self {
            self = .uint16
        } else if type == Int8.self {
            self = .int8
        } else {
            return nil
        }
    }
}
