public import CachetorySmallFoundation

extension CacheSerializer {
    /// Stores values as JSON: ``JSONCacheSerializer``.
    ///
    /// ```swift
    /// let numbers = try AsyncCache<[Int]>(url: "redis://localhost", serializer: .json())
    /// ```
    ///
    /// It is a function, since Swift allows no static property of a generic type here.
    public static func json<Value>(
        encoder: JSONEncoder = JSONEncoder(), decoder: JSONDecoder = JSONDecoder()
    ) -> Self where Self == JSONCacheSerializer<Value> {
        JSONCacheSerializer(encoder: encoder, decoder: decoder)
    }

    /// Stores values as MessagePack: ``MessagePackCacheSerializer``.
    public static func messagePack<Value>() -> Self where Self == MessagePackCacheSerializer<Value> {
        MessagePackCacheSerializer()
    }

    /// Stores values as binary property lists: ``PropertyListCacheSerializer``.
    public static func propertyList<Value>() -> Self where Self == PropertyListCacheSerializer<Value> {
        PropertyListCacheSerializer()
    }

    /// Stores values as they are, in memory: ``NoOpCacheSerializer``.
    public static func noOp<Value>() -> Self where Self == NoOpCacheSerializer<Value> {
        NoOpCacheSerializer()
    }
}

extension CacheSerializer where Self == StringCacheSerializer {
    /// Stores text as its UTF-8 bytes: ``StringCacheSerializer``.
    public static func string() -> StringCacheSerializer { StringCacheSerializer() }
}

extension CacheSerializer where Self == DataCacheSerializer {
    /// Stores bytes as they are: ``DataCacheSerializer``.
    public static func data() -> DataCacheSerializer { DataCacheSerializer() }
}
