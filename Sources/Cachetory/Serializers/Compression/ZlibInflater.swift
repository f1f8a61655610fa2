import CachetorySmallFoundation

/// A decompression stream of zlib that is used again and again.
///
/// `@unchecked Sendable`: one caller at a time has it, which `ContextPool` sees to.
final class ZlibInflater: DecompressingContext, @unchecked Sendable {
    let isWorthKeeping = true

    /// How many times its compressed size a value is taken to have. A wrong guess costs a copy or some spare memory.
    private static let usualRatio = 4

    private let zlib: Zlib

    /// Stays where it is: zlib keeps its address.
    private let stream = UnsafeMutablePointer<ZlibStream>.allocate(capacity: 1)

    init(_ zlib: Zlib) throws(CacheSerializationError) {
        self.zlib = zlib
        stream.initialize(to: ZlibStream())
        let code = zlib.inflateInit(stream, zlib.version(), Int32(MemoryLayout<ZlibStream>.size))
        guard code == Zlib.ok else {
            let reason = stream.pointee.reason
            throw .missingLibrary("the system's zlib cannot decompress: \(reason) (code \(code))")
        }
    }

    deinit {
        // Returns an error and does nothing else where the stream was never made.
        _ = zlib.inflateEnd(stream)
        stream.deallocate()
    }

    /// All of the bytes, which are no more than `CompressionLimit.largest`, decompressed.
    ///
    /// The memory grows by what comes out of them.
    func decompress(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(CacheSerializationError) -> Data {
        _ = zlib.inflateReset(stream)
        stream.pointee.nextIn = bytes.baseAddress
        stream.pointee.availableIn = CUnsignedInt(bytes.count)
        // One byte more than allowed: its being filled is how a value shows that it is too large.
        let largest = limit + 1
        let guess = max(bytes.count * Self.usualRatio, CompressionLimit.smallestBuffer)
        let output = OutputBytes(capacity: min(guess, largest))
        while true {
            stream.pointee.nextOut = output.base + output.count
            stream.pointee.availableOut = CUnsignedInt(output.capacity - output.count)
            let code = bytes.isEmpty ? Zlib.bufferError : zlib.inflate(stream, Zlib.noFlush)
            output.count = output.capacity - Int(stream.pointee.availableOut)
            if output.count > limit {
                throw .tooLarge(format: "zlib", limit: limit)
            }
            switch code {
            case Zlib.streamEnd:
                let rest = stream.pointee.availableIn
                guard rest == 0 else {
                    throw .corrupt(format: "zlib", reason: "\(rest) bytes follow its end")
                }
                return output.takeData()
            case Zlib.ok, Zlib.bufferError:
                guard stream.pointee.availableOut == 0 else {
                    throw .corrupt(format: "zlib", reason: "its end is missing")
                }
                output.resize(to: min(output.capacity * 2, largest))
            case Zlib.needsDictionary:
                throw .corrupt(format: "zlib", reason: "it needs a dictionary")
            default:
                throw .corrupt(format: "zlib", reason: stream.pointee.reason)
            }
        }
    }
}
