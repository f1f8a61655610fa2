import CachetoryLocking

/// The state of a compressor, which may be used again but not by two at a time.
protocol CompressionContext: AnyObject, Sendable {
    /// Whether it is better kept for the next value than freed.
    var isWorthKeeping: Bool { get }
}

/// Keeps the contexts of a compressor for its next values.
///
/// Making one costs more than a small value does: zlib's is 260 KiB of memory in five pieces.
final class ContextPool<Context: CompressionContext>: Sendable {
    /// How many idle ones are kept, more than threads compress at one time on most machines.
    private static var capacity: Int { 8 }

    private let make: @Sendable () throws(CacheSerializationError) -> Context
    private let idle = Lock<[Context]>([])

    /// Creates an empty pool.
    ///
    /// - Parameter make: Makes a context where none is idle.
    init(_ make: @escaping @Sendable () throws(CacheSerializationError) -> Context) {
        self.make = make
    }

    /// Runs a body over some bytes with a context that nobody else uses meanwhile.
    ///
    /// The context is freed where the body throws.
    func withContext<Result>(
        over bytes: RawSpan,
        _ body: (Context, UnsafeRawBufferPointer) throws(CacheSerializationError) -> Result
    ) throws(CacheSerializationError) -> Result {
        let kept = idle.withLock { $0.popLast() }
        let context = if let kept { kept } else { try make() }
        let result = try bytes.withUnsafeBytes { bytes throws(CacheSerializationError) in
            try body(context, bytes)
        }
        if context.isWorthKeeping {
            idle.withLock { contexts in
                if contexts.count < Self.capacity { contexts.append(context) }
            }
        }
        return result
    }
}
