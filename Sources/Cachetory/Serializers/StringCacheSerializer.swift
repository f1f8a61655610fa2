public import CachetorySmallFoundation

/// Stores text as its UTF-8 bytes, with nothing around them.
///
/// ```swift
/// let serializer = StringCacheSerializer()
/// let stored = serializer.serialize("grüezi")
/// ```
public struct StringCacheSerializer: CacheSerializer {
    /// Creates the serializer.
    public init() {}

    /// The text's UTF-8 bytes.
    public func serialize(_ value: String) -> Data {
        // From memory to memory: from a sequence of bytes it takes two thirds more instructions.
        var value = value
        return value.withUTF8 { Data($0) }
    }

    /// The text of UTF-8 bytes.
    ///
    /// - Throws: ``CacheSerializationError/corrupt(format:reason:)`` if the bytes are not UTF-8: no replacement
    ///   characters.
    public func deserialize(_ wire: Data) throws(CacheSerializationError) -> String {
        guard let text = Self.text(of: wire) else {
            throw .corrupt(format: "text", reason: "the bytes are not UTF-8")
        }
        return text
    }

    private static func text(of bytes: Data) -> String? {
        guard #available(macOS 26, *) else { return String(validating: bytes, as: UTF8.self) }
        // Faster: it validates more than a byte at a time.
        guard let text = try? UTF8Span(validating: bytes.span) else { return nil }
        return String(copying: text)
    }
}
