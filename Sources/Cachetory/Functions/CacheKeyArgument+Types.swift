public import CachetorySmallFoundation

extension String: CacheKeyArgument {
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

extension Substring: CacheKeyArgument {
    public var keyText: String { String(self).keyText }
}

extension Character: CacheKeyArgument {
    public var keyText: String { String(self).keyText }
}

extension CacheKeyArgument where Self: BinaryInteger {
    public var keyText: String { String(self) }
}

extension Int: CacheKeyArgument {}
extension Int8: CacheKeyArgument {}
extension Int16: CacheKeyArgument {}
extension Int32: CacheKeyArgument {}
extension Int64: CacheKeyArgument {}
extension UInt: CacheKeyArgument {}
extension UInt8: CacheKeyArgument {}
extension UInt16: CacheKeyArgument {}
extension UInt32: CacheKeyArgument {}
extension UInt64: CacheKeyArgument {}

extension Double: CacheKeyArgument {
    /// The shortest number that is read as this one.
    public var keyText: String { description }
}

extension Float: CacheKeyArgument {
    /// The shortest number that is read as this one.
    public var keyText: String { description }
}

extension Bool: CacheKeyArgument {
    public var keyText: String { description }
}

extension UUID: CacheKeyArgument {
    public var keyText: String { uuidString }
}

extension Date: CacheKeyArgument {
    /// The seconds since 2001, without rounding.
    public var keyText: String { "date(\(timeIntervalSinceReferenceDate))" }
}

extension URL: CacheKeyArgument {
    public var keyText: String { absoluteString.keyText }
}

extension Data: CacheKeyArgument {
    /// In Base64.
    public var keyText: String { "data(\(base64EncodedString()))" }
}

extension Optional: CacheKeyArgument where Wrapped: CacheKeyArgument {
    public var keyText: String {
        switch self {
        case nil: "nil"
        case let value?: "some(\(value.keyText))"
        }
    }
}

extension Array: CacheKeyArgument where Element: CacheKeyArgument {
    public var keyText: String { "[" + map(\.keyText).joined(separator: ",") + "]" }
}

extension Set: CacheKeyArgument where Element: CacheKeyArgument {
    /// The elements in the order of their texts.
    public var keyText: String { "{" + map(\.keyText).sorted(by: precedes).joined(separator: ",") + "}" }
}

extension Dictionary: CacheKeyArgument where Key: CacheKeyArgument, Value: CacheKeyArgument {
    /// The pairs in the order of their texts.
    public var keyText: String {
        "{" + map { "\($0.key.keyText):\($0.value.keyText)" }.sorted(by: precedes).joined(separator: ",") + "}"
    }
}

/// The order of bytes. Texts that differ may be equal to Swift, and would be in no certain order.
private func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
}
