/// How deep a JSON text nests, found without understanding it otherwise.
///
/// Foundation's decoder has a limit of its own, and traps where the text ends with the bracket that passes it.
enum JSONNesting {
    /// How deep values nest at most: as deep as Foundation allows.
    static let maximumDepth = 512

    /// Checks a text in time that its length bounds.
    ///
    /// - Throws: ``CacheSerializationError/corrupt(format:reason:)`` where it nests too deep, or is not in UTF-8 so
    ///   that its brackets cannot be counted: Foundation would read UTF-16 and UTF-32, which nobody should write.
    static func check(_ text: UnsafeRawBufferPointer) throws(CacheSerializationError) {
        let start = text.prefix(4)
        guard !start.contains(0), !start.starts(with: [0xfe, 0xff]), !start.starts(with: [0xff, 0xfe]) else {
            throw .corrupt(format: "JSON", reason: "it is not in UTF-8")
        }
        var depth = 0
        var index = 0
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "\""):
                index = endOfString(in: text, from: index + 1)
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                guard depth <= maximumDepth else {
                    throw .corrupt(format: "JSON", reason: "it nests deeper than \(maximumDepth) levels")
                }
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
            default:
                break
            }
            index += 1
        }
    }

    /// Where the quotation mark is that ends a string; the end of the text where there is none.
    private static func endOfString(in text: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index < text.count, text[index] != UInt8(ascii: "\"") {
            // What a backslash makes harmless may be a quotation mark.
            index += text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return index
    }
}
