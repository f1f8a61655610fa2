/// A reply that breaks the protocol or a limit.
///
/// Nothing behind it on the same connection can be understood, for where the next reply begins is unknown.
package enum RESPError: Error, Sendable, Equatable {
    /// No type of RESP begins with this byte.
    case unknownType(UInt8)

    /// A type that may not stand here: a push inside an aggregate, a chunk or an end without its beginning.
    case misplacedType(UInt8)

    /// A line whose contents its type does not allow. Ends with the first wrong byte.
    case invalidLine(String)

    /// Something else than CR LF stands behind a string.
    case missingLineEnd(String)

    /// A verbatim string without its three-character format and colon.
    case invalidVerbatimFormat(String)

    /// A streamed map ended between a key and its value.
    case keyWithoutValue

    case limitExceeded(Limit, maximum: Int)

    package enum Limit: String, Sendable {
        case depth = "aggregates inside each other"
        case digits = "digits in a number"
        case replyBytes = "bytes, its elements counted for what they take in memory; max_reply_bytes allows more"
        case bulkBytes = "bytes in a string; max_reply_bytes allows more"
        case elements = "elements in an aggregate; max_reply_bytes allows more"
        case lineBytes = "bytes in a line"
        case attributes = "elements of attributes in a reply"
    }
}

extension RESPError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownType(let byte): "a reply begins with the unknown type '\(Self.quote(byte))'"
        case .misplacedType(let byte): "the type '\(Self.quote(byte))' may not stand here"
        case .invalidLine(let line): "invalid line '\(line)'"
        case .missingLineEnd(let found): "expected CR LF behind a string, found '\(found)'"
        case .invalidVerbatimFormat(let found):
            "a verbatim string begins with '\(found)', not with a format and a colon"
        case .keyWithoutValue: "a streamed map ended between a key and its value"
        case .limitExceeded(let limit, let maximum): "a reply has more than \(maximum) \(limit.rawValue)"
        }
    }
}

extension RESPError {
    /// The last bytes of what was read, made printable, so that a hostile reply can neither flood nor garble a log.
    static func excerpt(_ bytes: UnsafeRawBufferPointer) -> String {
        let shown = bytes.suffix(RESPLimits.excerptBytes)
        let text = shown.reduce(into: "") { $0 += quote($1) }
        return shown.count < bytes.count ? "..." + text : text
    }

    private static func quote(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "\r"): return "\\r"
        case UInt8(ascii: "\n"): return "\\n"
        case UInt8(ascii: "'"), UInt8(ascii: "\\"): return "\\" + String(UnicodeScalar(byte))
        case 0x20...0x7E: return String(UnicodeScalar(byte))
        default:
            let digits = String(byte, radix: 16, uppercase: true)
            return "\\x" + (digits.count == 1 ? "0" : "") + digits
        }
    }
}
