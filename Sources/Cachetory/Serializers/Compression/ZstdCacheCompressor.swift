public import CachetorySmallFoundation

/// Compresses with Zstandard (RFC 8878): several times faster than zlib, and smaller.
///
/// Uses the system's zstd, loaded at the first use. Copies of one compressor share its working memory. Frames state the
/// size of their content, which some readers require.
///
/// ```swift
/// let serializer = try MessagePackCacheSerializer<[String]>().compressed(with: .zstd(level: 3))
/// ```
public struct ZstdCacheCompressor: CacheCompressor, BoundedCompressor {
    /// zstd's own compromise between time and size.
    public static let defaultLevel = 3

    /// The four bytes that every frame begins with.
    private static let signature: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd]

    private let contexts: BoundedContexts<ZstdCompressionContext, ZstdDecompressionContext>

    /// Creates the compressor.
    ///
    /// - Parameters:
    ///   - level: From 1 to 22 (slowest and smallest); below zero, faster still; 0 is zstd's default.
    ///   - maximumSize: The greatest uncompressed size of a value in bytes, by default 512 MiB. A larger one is an
    ///     error, read or written.
    /// - Throws: ``CacheSerializationError/missingLibrary(_:)`` and ``CacheSerializationError/invalidOption(_:)``.
    public init(level: Int = defaultLevel, maximumSize: Int = 512 << 20) throws(CacheSerializationError) {
        let zstd = try Zstd.loaded()
        let levels = Int(zstd.smallestLevel())...Int(zstd.largestLevel())
        guard levels.contains(level) else {
            throw .invalidOption("zstd's level is from \(levels.lowerBound) to \(levels.upperBound), not \(level)")
        }
        try CompressionLimit.check(maximumSize, format: "zstd")
        contexts = BoundedContexts(maximumSize: maximumSize) { () throws(CacheSerializationError) in
            try ZstdCompressionContext(zstd, level: level)
        } decompressing: { () throws(CacheSerializationError) in
            try ZstdDecompressionContext(zstd)
        }
    }

    /// The bytes, compressed.
    ///
    /// - Throws: ``CacheSerializationError/tooLarge(format:limit:)``.
    public func serialize(_ value: Data) throws(CacheSerializationError) -> Data {
        try contexts.compress(value)
    }

    /// The bytes, decompressed.
    ///
    /// - Throws: ``CacheSerializationError/corrupt(format:reason:)``, also for trailing bytes, and
    ///   ``CacheSerializationError/tooLarge(format:limit:)``.
    public func deserialize(_ wire: Data) throws(CacheSerializationError) -> Data {
        try contexts.decompress(wire)
    }

    func deserialize(_ wire: Data, limit: Int) throws(CacheSerializationError) -> Data {
        try contexts.decompress(wire, limit: limit)
    }

    /// Whether bytes begin as a frame does.
    public func isCompressed(_ bytes: Data) -> Bool {
        bytes.starts(with: Self.signature)
    }
}

extension CacheSerializer where Self == ZstdCacheCompressor {
    /// Compression with Zstandard: see ``ZstdCacheCompressor/init(level:maximumSize:)``.
    public static func zstd(
        level: Int = ZstdCacheCompressor.defaultLevel, maximumSize: Int = 512 << 20
    ) throws(CacheSerializationError) -> ZstdCacheCompressor {
        try ZstdCacheCompressor(level: level, maximumSize: maximumSize)
    }
}
