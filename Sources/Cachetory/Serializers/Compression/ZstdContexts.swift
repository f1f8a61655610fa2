import CachetorySmallFoundation

/// How much memory an idle context may keep. The highest levels use hundreds of MiB, better freed than kept.
private let largestIdleContext = 4 << 20

/// A compression context of zstd that is used again and again.
///
/// `@unchecked Sendable`: one caller at a time has it, which `ContextPool` sees to.
final class ZstdCompressionContext: CompressingContext, @unchecked Sendable {
    static let format = "zstd"

    private let zstd: Zstd
    private let context: OpaquePointer

    private let level: Int

    init(_ zstd: Zstd, level: Int) throws(CacheSerializationError) {
        guard let context = zstd.createCompressor() else {
            throw .missingLibrary("the system's zstd cannot compress: it makes no context")
        }
        self.zstd = zstd
        self.level = level
        self.context = context
    }

    deinit {
        _ = zstd.freeCompressor(context)
    }

    var isWorthKeeping: Bool { zstd.sizeOfCompressor(context) <= largestIdleContext }

    /// All of the bytes as one frame that states their number.
    func compress(_ bytes: UnsafeRawBufferPointer) throws(CacheSerializationError) -> Data {
        let output = OutputBytes(capacity: zstd.compressBound(bytes.count))
        let result = zstd.compress(
            context, output.base, output.capacity, bytes.baseAddress, bytes.count, CInt(level)
        )
        if let failure = zstd.failure(result) {
            // The room is enough by zstd's own word, so this is a lack of memory.
            throw .invalidOption("zstd cannot compress with level \(level): \(failure)")
        }
        output.count = result
        return output.takeData()
    }
}

/// A decompression context of zstd that is used again and again.
///
/// `@unchecked Sendable`: one caller at a time has it, which `ContextPool` sees to.
final class ZstdDecompressionContext: DecompressingContext, @unchecked Sendable {
    /// What one byte can become at most: a block that repeats one byte has 4 bytes and stands for 128 KiB.
    ///
    /// A frame that promises more lies, and gets no memory for its promise.
    private static let largestRatio = (128 << 10) / 4

    /// How many times its compressed size a value is taken to have where it does not say.
    private static let usualRatio = 4

    private let zstd: Zstd
    private let context: OpaquePointer

    init(_ zstd: Zstd) throws(CacheSerializationError) {
        guard let context = zstd.createDecompressor() else {
            throw .missingLibrary("the system's zstd cannot decompress: it makes no context")
        }
        self.zstd = zstd
        self.context = context
    }

    deinit {
        _ = zstd.freeDecompressor(context)
    }

    var isWorthKeeping: Bool { zstd.sizeOfDecompressor(context) <= largestIdleContext }

    /// All frames of the bytes, decompressed.
    ///
    /// zstd decompresses a frame in one go where the room is enough for the size that the frame states. Where it states
    /// none, or too little, the memory grows by what comes out. zstd itself takes 128 MiB at most for a frame's window.
    func decompress(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(CacheSerializationError) -> Data {
        // One byte more than allowed: its being filled is how a value shows that it is too large.
        let largest = limit + 1
        let output = OutputBytes(capacity: min(expectedSize(bytes, limit: limit), largest))
        var input = Zstd.Buffer(base: bytes.baseAddress, size: bytes.count, position: 0)
        _ = zstd.resetDecompressor(context, Zstd.sessionOnly)
        while true {
            var room = Zstd.Buffer(base: output.base, size: output.capacity, position: output.count)
            let result = zstd.decompressStream(context, &room, &input)
            if let failure = zstd.failure(result) {
                throw .corrupt(format: "zstd", reason: failure)
            }
            output.count = room.position
            if output.count > limit {
                throw .tooLarge(format: "zstd", limit: limit)
            }
            let isFrameComplete = result == 0 && !bytes.isEmpty
            if input.position == input.size {
                if isFrameComplete { return output.takeData() }
                guard room.position == room.size else {
                    throw .corrupt(format: "zstd", reason: "its end is missing")
                }
            }
            if room.position == room.size {
                output.resize(to: min(output.capacity * 2, largest))
            }
        }
    }

    private func expectedSize(_ bytes: UnsafeRawBufferPointer, limit: Int) -> Int {
        let stated = zstd.contentSize(bytes.baseAddress, bytes.count)
        guard stated < Zstd.noContentSize else {
            return max(bytes.count * Self.usualRatio, CompressionLimit.smallestBuffer)
        }
        return min(Int(clamping: stated), bytes.count * Self.largestRatio)
    }
}
