public import CachetorySmallFoundation

/// A value of an application-defined MessagePack type: bytes, and a number for their type.
///
/// ``MessagePackCacheSerializer`` stores it in the format's own way. In other formats it is a record of two fields.
/// Negative types are reserved by the specification; -1 is a time stamp, for which use `Date`.
///
/// ```swift
/// let point = MessagePackExtensionValue(type: 7, data: Data([0, 12, 0, 34]))
/// ```
public struct MessagePackExtensionValue: Hashable, Sendable, Codable {
    /// The type of the bytes, by agreement between writer and readers.
    public var type: Int8

    /// The content.
    public var data: Data

    /// Creates a value.
    public init(type: Int8, data: Data) {
        self.type = type
        self.data = data
    }
}
