public import CachetorySmallFoundation

/// Leaves short values uncompressed: compressing 100 bytes costs microseconds and saves next to nothing.
///
/// The reader tells the two apart by their first bytes, without an added marker: the standard formats begin with a
/// signature, and the rare short value that begins with the same one is compressed after all. So every stored value is
/// read back correctly, whatever the threshold was when it was written, or without one. A reader without a threshold
/// reads only the compressed ones.
///
/// ```swift
/// let serializer = try JSONCacheSerializer<[String]>().compressed(with: .zstd(), from: 512)
/// ```
public struct ThresholdCacheCompressor<Base: CacheCompressor>: CacheCompressor {
    let base: Base
    private let threshold: Int

    /// Wraps a compressor.
    ///
    /// - Parameters:
    ///   - base: What compresses the longer values.
    ///   - threshold: The length, in bytes, from which values are compressed.
    public init(_ base: Base, from threshold: Int) {
        self.base = base
        self.threshold = threshold
    }

    /// The bytes, compressed if they are long enough.
    public func serialize(_ value: Data) throws -> Data {
        value.count >= threshold || base.isCompressed(value) ? try base.serialize(value) : value
    }

    /// The bytes that were given to ``serialize(_:)``.
    public func deserialize(_ wire: Data) throws -> Data {
        base.isCompressed(wire) ? try base.deserialize(wire) : wire
    }

    /// Whether bytes begin with the signature of the wrapped compressor's output.
    public func isCompressed(_ bytes: Data) -> Bool {
        base.isCompressed(bytes)
    }
}
