public import CachetorySmallFoundation

/// Compresses with zlib, the format that every language reads (RFC 1950, as Python's `zlib.compress`).
///
/// Uses the system's zlib, loaded at the first use. Copies of one compressor share its working memory.
///
/// ```swift
/// let serializer = try JSONSerializer<[String]>().compressed(with: .zlib(level: 6))
/// ```
public struct ZlibCompressor: Compressor, BoundedCompressor {
    /// zlib's own compromise between time and size, today 6.
    public static let defaultLevel = -1

    private let contexts: BoundedContexts<ZlibDeflater, ZlibInflater>

    /// Creates the compressor.
    ///
    /// - Parameters:
    ///   - level: From 0 (not at all) to 9 (slowest and smallest); -1 is zlib's default.
    ///   - maximumSize: The greatest uncompressed size of a value in bytes, by default 512 MiB. A larger one is an
    ///     error, read or written.
    /// - Throws: ``SerializationError/missingLibrary(_:)`` and ``SerializationError/invalidOption(_:)``.
    public init(level: Int = defaultLevel, maximumSize: Int = 512 << 20) throws(SerializationError) {
        guard (-1...9).contains(level) else {
            throw .invalidOption("zlib's level is from 0 to 9, or -1 for its default, not \(level)")
        }
        try CompressionLimit.check(maximumSize, format: "zlib")
        let zlib = try Zlib.loaded()
        contexts = BoundedContexts(maximumSize: maximumSize) { () throws(SerializationError) in
            try ZlibDeflater(zlib, level: level)
        } decompressing: { () throws(SerializationError) in
            try ZlibInflater(zlib)
        }
    }

    /// The bytes, compressed.
    ///
    /// - Throws: ``SerializationError/tooLarge(format:limit:)``.
    public func serialize(_ value: Data) throws(SerializationError) -> Data {
        try contexts.compress(value)
    }

    /// The bytes, decompressed.
    ///
    /// - Throws: ``SerializationError/corrupt(format:reason:)``, also for trailing bytes, and
    ///   ``SerializationError/tooLarge(format:limit:)``.
    public func deserialize(_ wire: Data) throws(SerializationError) -> Data {
        try contexts.decompress(wire)
    }

    func deserialize(_ wire: Data, limit: Int) throws(SerializationError) -> Data {
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

extension Serializer where Self == ZlibCompressor {
    /// Compression with zlib: see ``ZlibCompressor/init(level:maximumSize:)``.
    public static func zlib(
        level: Int = ZlibCompressor.defaultLevel, maximumSize: Int = 512 << 20
    ) throws(SerializationError) -> ZlibCompressor {
        try ZlibCompressor(level: level, maximumSize: maximumSize)
    }
}
