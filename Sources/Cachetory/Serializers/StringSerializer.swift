public import Foundation

/// Stores text as its UTF-8 bytes, with nothing around them.
///
/// ```swift
/// let serializer = StringSerializer()
/// let stored = serializer.serialize("grüezi")
/// ```
public struct StringSerializer: Serializer {
    /// Creates the serializer.
    public init() {}

    /// The text's UTF-8 bytes.
    public func serialize(_ value: String) -> Data {
        Data(value.utf8)
    }

    /// The text of UTF-8 bytes.
    ///
    /// - Throws: ``SerializationError/corrupt(format:reason:)`` where the bytes are not UTF-8: nothing is replaced.
    public func deserialize(_ wire: Data) throws(SerializationError) -> String {
        guard let text = String(validating: wire, as: UTF8.self) else {
            throw .corrupt(format: "text", reason: "the bytes are not UTF-8")
        }
        return text
    }
}
