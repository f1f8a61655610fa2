public import CachetorySmallFoundation

extension Serializer {
    /// Stores values as JSON: ``JSONSerializer``.
    ///
    /// ```swift
    /// let numbers = try AsyncCache<[Int]>(url: "redis://localhost", serializer: .json())
    /// ```
    ///
    /// It is a function, since Swift allows no static property of a generic type here.
    public static func json<Value>(
        encoder: JSONEncoder = JSONEncoder(), decoder: JSONDecoder = JSONDecoder()
    ) -> Self where Self == JSONSerializer<Value> {
        JSONSerializer(encoder: encoder, decoder: decoder)
    }

    /// Stores values as MessagePack: ``MessagePackSerializer``.
    public static func messagePack<Value>() -> Self where Self == MessagePackSerializer<Value> {
        MessagePackSerializer()
    }

    /// Stores values as binary property lists: ``PropertyListSerializer``.
    public static func propertyList<Value>() -> Self where Self == PropertyListSerializer<Value> {
        PropertyListSerializer()
    }

    /// Stores values as they are, in memory: ``NoOpSerializer``.
    public static func noOp<Value>() -> Self where Self == NoOpSerializer<Value> {
        NoOpSerializer()
    }
}

extension Serializer where Self == StringSerializer {
    /// Stores text as its UTF-8 bytes: ``StringSerializer``.
    public static func string() -> StringSerializer { StringSerializer() }
}

extension Serializer where Self == DataSerializer {
    /// Stores bytes as they are: ``DataSerializer``.
    public static func data() -> DataSerializer { DataSerializer() }
}
