/// The beginning of one value: a whole number, or where a string or a container has its content.
struct MessagePackToken {
    enum Content: Equatable {
        case null
        case boolean(Bool)
        case unsigned(UInt64)
        case negative(Int64)
        case float(Float)
        case double(Double)
        case string
        case binary
        case `extension`(type: Int8)
        case array
        case map
    }

    var content: Content

    /// Where the content begins. For a number, where the next value does.
    var start: Int

    /// The bytes of the content; the elements of an array; the pairs of a map; 0 for a number.
    var length = 0

    /// How many values follow that belong to this one.
    var children: Int {
        switch content {
        case .array: length
        case .map: length * 2
        default: 0
        }
    }

    /// The value, if it is an integer that fits.
    var integer: Int? {
        switch content {
        case .unsigned(let value): Int(exactly: value)
        case .negative(let value): Int(exactly: value)
        default: nil
        }
    }

    /// Where this value ends; for a container, where its first element begins.
    var end: Int {
        switch content {
        case .array, .map: start
        default: start + length
        }
    }
}

extension MessagePackToken.Content {
    /// What to call it in a message.
    var name: String {
        switch self {
        case .null: "nil"
        case .boolean: "a boolean"
        case .unsigned, .negative: "an integer"
        case .float, .double: "a floating-point number"
        case .string: "a string"
        case .binary: "bytes"
        case .extension(let type): "an extension of type \(type)"
        case .array: "an array"
        case .map: "a map"
        }
    }
}
