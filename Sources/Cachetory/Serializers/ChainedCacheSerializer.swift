/// Two serializers in sequence; the compiler checks that they fit.
///
/// Made by ``CacheSerializer/chained(with:)`` and ``CacheSerializer/compressed(with:)``:
///
/// ```swift
/// let serializer = try JSONCacheSerializer<[String]>().compressed(with: .zlib(level: 6))
/// ```
public struct ChainedCacheSerializer<First: CacheSerializer, Second: CacheSerializer>: CacheSerializer
where First.Wire == Second.Value {
    private let first: First
    private let second: Second

    /// Creates the chain.
    public init(_ first: First, _ second: Second) {
        self.first = first
        self.second = second
    }

    /// The value through the first serializer, then through the second.
    public func serialize(_ value: First.Value) throws -> Second.Wire {
        try second.serialize(first.serialize(value))
    }

    /// The stored form through the second serializer, then through the first.
    public func deserialize(_ wire: Second.Wire) throws -> First.Value {
        try first.deserialize(second.deserialize(wire))
    }
}

extension CacheSerializer {
    /// This serializer, followed by another that takes what this one writes.
    public func chained<Next: CacheSerializer>(with next: Next) -> ChainedCacheSerializer<Self, Next>
    where Next.Value == Wire {
        ChainedCacheSerializer(self, next)
    }
}
