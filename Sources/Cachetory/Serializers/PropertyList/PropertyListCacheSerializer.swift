public import CachetorySmallFoundation

/// Stores values as binary property lists, the format of Apple's systems: compact, with native dates and data.
///
/// The root is the value itself, of any type, including a bare number or `nil`, which Foundation reads but does not
/// write. As in all of Foundation's property lists, `nil` is the string `$null`, so the two are not told apart. Only
/// the binary format is read, and of it only what Foundation writes.
///
/// Slower than the other formats; for values that are shared with programs that use it.
///
/// ```swift
/// let serializer = PropertyListCacheSerializer<[String: Date]>()
/// ```
public struct PropertyListCacheSerializer<Value: Codable>: CacheSerializer {
    /// Creates the serializer.
    public init() {}

    /// The value as a binary property list.
    ///
    /// - Throws: ``CacheSerializationError/encodingFailed(format:underlying:)``, also for what ``deserialize(_:)``
    ///   would refuse: a value that nests deeper than 512 levels, or a date that is not a number;
    ///   ``CacheSerializationError/tooLarge(format:limit:)`` for one of more than 512 MiB.
    public func serialize(_ value: Value) throws(CacheSerializationError) -> Data {
        let encoder = PropertyListEncoder()
        encoder.outputFormat = .binary
        let list: Data
        do {
            list = try BinaryPropertyList.unwrapped(encoder.encode([value]))
        } catch {
            throw .encodingFailed(format: "property list", underlying: error)
        }
        // Foundation writes more than it reads.
        do throws(CacheSerializationError) {
            try BinaryPropertyList.check(list)
        } catch {
            guard case .corrupt(_, let reason) = error else { throw error }
            // Without the value: Foundation traps where it prints a date that is not a number.
            let context = EncodingError.Context(codingPath: [], debugDescription: reason)
            throw .encodingFailed(format: "property list", underlying: EncodingError.invalidValue(reason, context))
        }
        return list
    }

    /// The value of a binary property list.
    ///
    /// - Throws: ``CacheSerializationError/corrupt(format:reason:)`` where the bytes are not a well-formed property
    ///   list, ``CacheSerializationError/decodingFailed(format:underlying:)`` where it does not fit the type.
    public func deserialize(_ wire: Data) throws(CacheSerializationError) -> Value {
        // Foundation traps on some malformed property lists and expands others without bound.
        try BinaryPropertyList.check(wire)
        do {
            return try PropertyListDecoder().decode(Value.self, from: wire)
        } catch {
            throw .decodingFailed(format: "property list", underlying: error)
        }
    }
}
