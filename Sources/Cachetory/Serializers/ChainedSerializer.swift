/// Two serializers in sequence; the compiler checks that they fit.
///
/// Made by ``Serializer/chained(with:)`` and ``Serializer/compressed(with:)``:
///
/// ```swift
/// let serializer = try JSONSerializer<[String]>().compressed(with: .zlib(level: 6))
/// ```
public struct ChainedSerializer<First: Serializer, Second: Serializer>: Serializer where First.Wire == Second.Value {
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

extension Serializer {
    /// This serializer, followed by another that takes what this one writes.
    public func chained<Next: Serializer>(with next: Next) -> ChainedSerializer<Self, Next> where Next.Value == Wire {
        ChainedSerializer(self, next)
    }
}
