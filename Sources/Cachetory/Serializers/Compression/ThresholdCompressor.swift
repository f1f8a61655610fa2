public import SmallFoundation

/// Leaves short values uncompressed: compressing 100 bytes costs microseconds and saves next to nothing.
///
/// The reader tells the two by their first bytes, for which nothing is added: the standard formats begin with a
/// signature, and the rare short value that happens to begin with the same one is compressed after all. So every stored
/// value is read as what was written, whatever the threshold was then, values written without a threshold included. A
/// reader without a threshold reads only the compressed ones.
///
/// ```swift
/// let serializer = try JSONSerializer<[String]>().compressed(with: .zstd(), from: 512)
/// ```
public struct ThresholdCompressor<Base: Compressor>: Compressor {
    let base: Base
    private let threshold: Int

    /// Wraps a compressor.
    ///
    /// - Parameters:
    ///   - base: What compresses the longer values.
    ///   - threshold: The length, in bytes, from which on values are compressed.
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

    /// Whether bytes begin the way those begin that the wrapped compressor writes.
    public func isCompressed(_ bytes: Data) -> Bool {
        base.isCompressed(bytes)
    }
}
