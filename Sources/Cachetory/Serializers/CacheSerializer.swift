/// Turns values into what a backend stores, and back.
///
/// The bytes may come from anyone with access to the store: `deserialize` throws on what it cannot read and never traps
/// or takes memory without bound.
///
/// There are ``JSONCacheSerializer``, ``MessagePackCacheSerializer``, ``PropertyListCacheSerializer``,
/// ``StringCacheSerializer``, ``DataCacheSerializer`` and ``NoOpCacheSerializer``. Others may follow each, such as a
/// ``CacheCompressor``. One of your own needs two methods:
///
/// ```swift
/// struct RotatedText: CacheSerializer {
///     func serialize(_ value: Data) -> Data { Data(value.map { $0 &+ 13 }) }
///     func deserialize(_ wire: Data) -> Data { Data(wire.map { $0 &- 13 }) }
/// }
///
/// let serializer = JSONCacheSerializer<[String]>().chained(with: RotatedText())
/// ```
public protocol CacheSerializer<Value, Wire>: Sendable {
    /// What the user of a cache works with.
    associatedtype Value

    /// What the backend stores.
    associatedtype Wire: Sendable

    /// The stored form of a value.
    ///
    /// - Throws: why this value cannot be written. The cache's call throws it, and nothing is stored.
    func serialize(_ value: Value) throws -> Wire

    /// The value of a stored form.
    ///
    /// - Throws: why it cannot be read. A cache counts that as a miss, unless ``CacheOptions/decodeFailure`` says
    ///   otherwise.
    func deserialize(_ wire: Wire) throws -> Value
}
