/// A type-erased serializer, chosen at run time.
///
/// Costs one indirect call per value. ``AnyCacheSerializer/init(url:)`` makes one from a configuration's text:
///
/// ```swift
/// let serializer = try AnyCacheSerializer<[String: Int], Data>(url: "msgpack+zstd://?compression-level=3")
/// ```
public struct AnyCacheSerializer<Value, Wire: Sendable>: CacheSerializer {
    private let base: any CacheSerializer<Value, Wire>

    /// Wraps a serializer.
    public init(_ base: any CacheSerializer<Value, Wire>) {
        self.base = base
    }

    /// The stored form of a value, as the wrapped serializer makes it.
    public func serialize(_ value: Value) throws -> Wire {
        try base.serialize(value)
    }

    /// The value of a stored form, as the wrapped serializer reads it.
    public func deserialize(_ wire: Wire) throws -> Value {
        try base.deserialize(wire)
    }
}
