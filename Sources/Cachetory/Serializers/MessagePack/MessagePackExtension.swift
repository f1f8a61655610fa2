public import SmallFoundation

/// A value of a type that an application adds to MessagePack: bytes, and a number that says what they are.
///
/// ``MessagePackSerializer`` stores it in the format's own way. In other formats it is a record of two fields. Types
/// below zero belong to the specification; -1 is a time stamp, for which there is `Date`.
///
/// ```swift
/// let point = MessagePackExtension(type: 7, data: Data([0, 12, 0, 34]))
/// ```
public struct MessagePackExtension: Hashable, Sendable, Codable {
    /// What the bytes are, by agreement between the writer and the readers.
    public var type: Int8

    /// The content.
    public var data: Data

    /// Creates a value.
    public init(type: Int8, data: Data) {
        self.type = type
        self.data = data
    }
}
