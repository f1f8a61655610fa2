public import CachetorySmallFoundation

/// Stores values as MessagePack: as universal as JSON, smaller, and several times faster.
///
/// Types map to the format's own: integers and floating-point numbers to the shortest that holds them, `Data` to bytes,
/// `Date` to a time stamp with nanoseconds, ``MessagePackExtensionValue`` to an extension, `URL` to a string, all else
/// as `Codable` describes it. A `nil` is stored as one, so a cached `nil` differs from a missing key.
///
/// Dictionaries with keys other than strings and integers are arrays of alternating keys and values, as in Foundation's
/// JSON; integer keys are written as strings. Maps with keys of any type are read.
///
/// ```swift
/// let serializer = MessagePackCacheSerializer<[String: [Double]]>()
/// ```
public struct MessagePackCacheSerializer<Value: Codable>: CacheSerializer {
    /// How much memory a value gets at first: enough for most cached ones.
    private static var initialCapacity: Int { 512 }

    /// Creates the serializer.
    public init() {}

    /// The value as MessagePack.
    ///
    /// - Throws: ``CacheSerializationError/encodingFailed(format:underlying:)``, for example for a value that contains
    ///   itself: values nest 256 levels deep at most. Also if a class and its superclass, or other parts of a value
    ///   that share a map, write the same key: maps with duplicate keys are not read.
    public func serialize(_ value: Value) throws(CacheSerializationError) -> Data {
        do {
            let encoder = MessagePackValueEncoder(capacity: Self.initialCapacity)
            try encoder.encodeSingle(value)
            let bytes = try encoder.finish()
            guard bytes.count <= MessagePackFormat.maximumSize else { throw MessagePackFault.tooLarge }
            if encoder.hasSharedMaps { try bytes.withUnsafeBytes { try MessagePackMap.checkKeys(of: $0) } }
            return bytes
        } catch {
            throw .encodingFailed(format: "MessagePack", underlying: error)
        }
    }

    /// The value of MessagePack.
    ///
    /// - Throws: ``CacheSerializationError/decodingFailed(format:underlying:)`` if the bytes are not one whole value
    ///   that fits the type, nest deeper than 256 levels, or have a map with a key twice.
    public func deserialize(_ wire: Data) throws(CacheSerializationError) -> Value {
        do {
            return try wire.withUnsafeBytes { try Self.decode($0) }
        } catch {
            throw .decodingFailed(format: "MessagePack", underlying: error)
        }
    }

    private static func decode(_ bytes: UnsafeRawBufferPointer) throws -> Value {
        let source = MessagePackSource(MessagePackReader(bytes: bytes))
        defer { source.close() }
        let decoder = MessagePackValueDecoder(source)
        guard bytes.count <= MessagePackFormat.maximumSize else {
            throw decoder.failure(.tooLarge, Value.self, at: nil)
        }
        var end = 0
        let value = try decoder.decode(Value.self, from: &end, at: nil)
        guard end == bytes.count else {
            throw decoder.failure(.trailingBytes(bytes.count - end), Value.self, at: nil)
        }
        return value
    }
}
