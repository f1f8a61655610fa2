import CachetorySmallFoundation

/// A context that compresses.
protocol CompressingContext: CompressionContext {
    /// The format's name, for errors.
    static var format: String { get }

    /// All of the bytes, compressed.
    func compress(_ bytes: UnsafeRawBufferPointer) throws(CacheSerializationError) -> Data
}

/// A context that decompresses.
protocol DecompressingContext: CompressionContext {
    /// All of the bytes, decompressed, if they are no more than the limit.
    func decompress(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(CacheSerializationError) -> Data
}

/// The contexts of a compressor, and how much may go into them.
struct BoundedContexts<Compressing: CompressingContext, Decompressing: DecompressingContext>: Sendable {
    private let maximumSize: Int
    private let compressing: ContextPool<Compressing>
    private let decompressing: ContextPool<Decompressing>

    /// - Parameters:
    ///   - maximumSize: the most bytes that a value may have uncompressed.
    ///   - compressing: makes a context where none is idle.
    ///   - decompressing: likewise.
    init(
        maximumSize: Int, compressing: @escaping @Sendable () throws(CacheSerializationError) -> Compressing,
        decompressing: @escaping @Sendable () throws(CacheSerializationError) -> Decompressing
    ) {
        self.maximumSize = maximumSize
        self.compressing = ContextPool(compressing)
        self.decompressing = ContextPool(decompressing)
    }

    /// - Throws: ``CacheSerializationError/tooLarge(format:limit:)``.
    func compress(_ value: Data) throws(CacheSerializationError) -> Data {
        try Self.check(value, limit: maximumSize)
        let wire = try compressing.withContext(over: value.bytes) { context, bytes throws(CacheSerializationError) in
            try context.compress(bytes)
        }
        // What does not compress gets a little larger, and could not be read any more.
        try Self.check(wire, limit: CompressionLimit.largest)
        return wire
    }

    /// - Parameter limit: how much the value may become at most, if that is less than the compressor's own limit.
    /// - Throws: ``CacheSerializationError/corrupt(format:reason:)`` and
    ///   ``CacheSerializationError/tooLarge(format:limit:)``.
    func decompress(_ wire: Data, limit: Int = .max) throws(CacheSerializationError) -> Data {
        try Self.check(wire, limit: CompressionLimit.largest)
        return try decompressing.withContext(over: wire.bytes) { context, bytes throws(CacheSerializationError) in
            try context.decompress(bytes, limit: min(limit, maximumSize))
        }
    }

    private static func check(_ bytes: Data, limit: Int) throws(CacheSerializationError) {
        guard bytes.count <= limit else { throw .tooLarge(format: Compressing.format, limit: limit) }
    }
}
