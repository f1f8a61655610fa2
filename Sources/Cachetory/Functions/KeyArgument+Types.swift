public import CachetorySmallFoundation

extension String: KeyArgument {
    /// The text in quotation marks, with a backslash before quotation marks and backslashes. So the text `1` is not the
    /// number 1, and no text runs into the next argument.
    public var keyText: String {
        var text = "\""
        for character in unicodeScalars {
            if character == "\"" || character == "\\" { text.unicodeScalars.append("\\") }
            text.unicodeScalars.append(character)
        }
        return text + "\""
    }
}

extension Substring: KeyArgument {
    public var keyText: String { String(self).keyText }
}

extension Character: KeyArgument {
    public var keyText: String { String(self).keyText }
}

extension KeyArgument where Self: BinaryInteger {
    public var keyText: String { String(self) }
}

extension Int: KeyArgument {}
extension Int8: KeyArgument {}
extension Int16: KeyArgument {}
extension Int32: KeyArgument {}
extension Int64: KeyArgument {}
extension UInt: KeyArgument {}
extension UInt8: KeyArgument {}
extension UInt16: KeyArgument {}
extension UInt32: KeyArgument {}
extension UInt64: KeyArgument {}

extension Double: KeyArgument {
    /// The shortest number that is read as this one.
    public var keyText: String { description }
}

extension Float: KeyArgument {
    /// The shortest number that is read as this one.
    public var keyText: String { description }
}

extension Bool: KeyArgument {
    public var keyText: String { description }
}

extension UUID: KeyArgument {
    public var keyText: String { uuidString }
}

extension Date: KeyArgument {
    /// The seconds since 2001, without rounding.
    public var keyText: String { "date(\(timeIntervalSinceReferenceDate))" }
}

extension URL: KeyArgument {
    public var keyText: String { absoluteString.keyText }
}

extension Data: KeyArgument {
    /// In Base64.
    public var keyText: String { "data(\(base64EncodedString()))" }
}

extension Optional: KeyArgument where Wrapped: KeyArgument {
    public var keyText: String {
        switch self {
        case nil: "nil"
        case let value?: "some(\(value.keyText))"
        }
    }
}

extension Array: KeyArgument where Element: KeyArgument {
    public var keyText: String { "[" + map(\.keyText).joined(separator: ",") + "]" }
}

extension Set: KeyArgument where Element: KeyArgument {
    /// The elements in the order of their texts.
    public var keyText: String { "{" + map(\.keyText).sorted(by: precedes).joined(separator: ",") + "}" }
}

extension Dictionary: KeyArgument where Key: KeyArgument, Value: KeyArgument {
    /// The pairs in the order of their texts.
    public var keyText: String {
        "{" + map { "\($0.key.keyText):\($0.value.keyText)" }.sorted(by: precedes).joined(separator: ",") + "}"
    }
}

/// The order of bytes. Texts that differ may be equal to Swift, and would be in no certain order.
private func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
}
