public import CachetorySmallFoundation

/// One argument of a command: its name, a key, a value or a number.
///
/// Redis knows only strings of bytes; an integer is written as its decimal digits.
///
/// ```swift
/// let arguments: [RESPArgument] = ["INCRBY", "visits", 10]
/// ```
public enum RESPArgument: Sendable, Hashable {
    /// Text, sent as its UTF-8 bytes. Any content is allowed, NUL and CRLF included.
    case string(String)

    /// Bytes, sent as they are.
    case bytes(Data)

    /// A number, sent as decimal digits.
    case integer(Int)
}

extension RESPArgument: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    public init(stringLiteral value: String) { self = .string(value) }
}

extension RESPArgument: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int) { self = .integer(value) }
}
