public import CachetorySmallFoundation

/// Stores values as JSON text: readable by people and by nearly every program.
///
/// Writes what Foundation's `JSONEncoder` writes. Dates are seconds since 2001 unless the encoder and the decoder are
/// told otherwise. A `nil` is stored as `null`, so a cached `nil` differs from a missing key. Of a key that an object
/// has twice, the first wins, as in Foundation.
///
/// ```swift
/// let encoder = JSONEncoder()
/// encoder.dateEncodingStrategy = .secondsSince1970
/// let decoder = JSONDecoder()
/// decoder.dateDecodingStrategy = .secondsSince1970
/// let serializer = JSONCacheSerializer<[Date]>(encoder: encoder, decoder: decoder)
/// ```
public struct JSONCacheSerializer<Value: Codable>: CacheSerializer {
    private let encoder: JSONEncoder
    private let decoder: JSONDecoder

    /// Creates the serializer.
    ///
    /// - Parameters:
    ///   - encoder: Writes the values. Do not change its settings afterwards.
    ///   - decoder: Reads them. Its settings have to match the encoder's.
    public init(encoder: JSONEncoder = JSONEncoder(), decoder: JSONDecoder = JSONDecoder()) {
        self.encoder = encoder
        self.decoder = decoder
    }

    /// The value as JSON text in UTF-8.
    ///
    /// - Throws: ``CacheSerializationError/encodingFailed(format:underlying:)``, for example for a number that is not
    ///   finite.
    public func serialize(_ value: Value) throws(CacheSerializationError) -> Data {
        do {
            return try encoder.encode(value)
        } catch {
            throw .encodingFailed(format: "JSON", underlying: error)
        }
    }

    /// The value of a JSON text.
    ///
    /// - Throws: ``CacheSerializationError/corrupt(format:reason:)`` where the text nests deeper than 512 levels or is
    ///   not in UTF-8, ``CacheSerializationError/decodingFailed(format:underlying:)`` where it is not JSON or does not
    ///   fit the type.
    public func deserialize(_ wire: Data) throws(CacheSerializationError) -> Value {
        try wire.bytes.withUnsafeBytes { bytes throws(CacheSerializationError) in
            try JSONNesting.check(bytes)
        }
        do {
            return try decoder.decode(Value.self, from: wire)
        } catch {
            throw .decodingFailed(format: "JSON", underlying: error)
        }
    }
}
