/// Stores values as they are.
///
/// For a backend whose `Wire` is the value itself, as in memory. Nothing is copied or checked.
///
/// ```swift
/// let serializer = NoOpCacheSerializer<[String: Int]>()
/// ```
public struct NoOpCacheSerializer<Value: Sendable>: CacheSerializer {
    /// Creates the serializer.
    public init() {}

    /// The value itself.
    public func serialize(_ value: Value) -> Value { value }

    /// The value itself.
    public func deserialize(_ wire: Value) -> Value { wire }
}
