public import CachetorySmallFoundation

/// Compresses with zlib, the format that every language reads (RFC 1950, as Python's `zlib.compress`).
///
/// Uses the system's zlib, loaded at the first use. Copies of one compressor share its working memory.
///
/// ```swift
/// let serializer = try JSONCacheSerializer<[String]>().compressed(with: .zlib(level: 6))
/// ```
public struct ZlibCacheCompressor: CacheCompressor, BoundedCompressor {
    /// zlib's own compromise between time and size, today 6.
    public static let defaultLevel = -1

    private let contexts: BoundedContexts<ZlibDeflater, ZlibInflater>

    /// Creates the compressor.
    ///
    /// - Parameters:
    ///   - level: From 0 (not at all) to 9 (slowest and smallest); -1 is zlib's default.
    ///   - maximumSize: The greatest uncompressed size of a value in bytes, by default 512 MiB. A larger one is an
    ///     error, read or written.
    /// - Throws: ``CacheSerializationError/missingLibrary(_:)`` and ``CacheSerializationError/invalidOption(_:)``.
    public init(level: Int = defaultLevel, maximumSize: Int = 512 << 20) throws(CacheSerializationError) {
        guard (-1...9).contains(level) else {
            throw .invalidOption("zlib's level is from 0 to 9, or -1 for its default, not \(level)")
        }
        try CompressionLimit.check(maximumSize, format: "zlib")
        let zlib = try Zlib.loaded()
        contexts = BoundedContexts(maximumSize: maximumSize) { () throws(CacheSerializationError) in
            try ZlibDeflater(zlib, level: level)
        } decompressing: { () throws(CacheSerializationError) in
            try ZlibInflater(zlib)
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

    /// Whether bytes begin with zlib's header: method 8, a window that exists, no dictionary, and the right checksum.
    public func isCompressed(_ bytes: Data) -> Bool {
        guard bytes.count >= 2 else { return false }
        let method = bytes[bytes.startIndex]
        let flags = bytes[bytes.startIndex + 1]
        return method & 0x0f == 8 && method >> 4 <= 7 && flags & 0x20 == 0
            && (Int(method) << 8 | Int(flags)).isMultiple(of: 31)
    }
}

extension CacheSerializer where Self == ZlibCacheCompressor {
    /// Compression with zlib: see ``ZlibCacheCompressor/init(level:maximumSize:)``.
    public static func zlib(
        level: Int = ZlibCacheCompressor.defaultLevel, maximumSize: Int = 512 << 20
    ) throws(CacheSerializationError) -> ZlibCacheCompressor {
        try ZlibCacheCompressor(level: level, maximumSize: maximumSize)
    }
}
