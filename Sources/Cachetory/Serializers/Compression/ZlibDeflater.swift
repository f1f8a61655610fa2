import CachetorySmallFoundation

/// A compression stream of zlib that is used again and again.
///
/// `@unchecked Sendable`: one caller at a time has it, which `ContextPool` sees to.
final class ZlibDeflater: CompressingContext, @unchecked Sendable {
    static let format = "zlib"
    let isWorthKeeping = true

    private let zlib: Zlib

    /// Stays where it is: zlib keeps its address.
    private let stream = UnsafeMutablePointer<ZlibStream>.allocate(capacity: 1)

    init(_ zlib: Zlib, level: Int) throws(CacheSerializationError) {
        self.zlib = zlib
        stream.initialize(to: ZlibStream())
        let code = zlib.deflateInit(stream, Int32(level), zlib.version(), Int32(MemoryLayout<ZlibStream>.size))
        guard code == Zlib.ok else {
            let reason = stream.pointee.reason
            throw .missingLibrary("the system's zlib cannot compress: \(reason) (code \(code))")
        }
    }

    deinit {
        // Returns an error and does nothing else where the stream was never made.
        _ = zlib.deflateEnd(stream)
        stream.deallocate()
    }

    /// All of the bytes, compressed. They are no more than `CompressionLimit.largest`.
    func compress(_ bytes: UnsafeRawBufferPointer) throws(CacheSerializationError) -> Data {
        guard let start = bytes.baseAddress else {
            // zlib takes a null pointer for a mistake even where there is nothing to read.
            var nothing: UInt8 = 0
            return try withUnsafeBytes(of: &nothing) { byte throws(CacheSerializationError) in
                try compress(UnsafeRawBufferPointer(start: byte.baseAddress, count: 0))
            }
        }
        return try compress(from: start, count: bytes.count)
    }

    private func compress(from start: UnsafeRawPointer, count: Int) throws(CacheSerializationError) -> Data {
        _ = zlib.deflateReset(stream)
        // What zlib itself says is enough for all of it in one call. Some builds of zlib-ng say too little, so there may
        // be more calls; and no more than this is believed.
        let bound = Int(clamping: zlib.deflateBound(stream, CUnsignedLong(count)))
        let output = OutputBytes(capacity: min(bound, count * 2 + CompressionLimit.smallestBuffer))
        stream.pointee.nextIn = start
        stream.pointee.availableIn = CUnsignedInt(count)
        while true {
            let room = CUnsignedInt(clamping: output.capacity - output.count)
            stream.pointee.nextOut = output.base + output.count
            stream.pointee.availableOut = room
            let code = zlib.deflate(stream, Zlib.finish)
            output.count += Int(room - stream.pointee.availableOut)
            switch code {
            case Zlib.streamEnd:
                return output.takeData()
            case Zlib.ok, Zlib.bufferError:
                output.resize(to: max(output.capacity * 2, CompressionLimit.smallestBuffer))
            default:
                throw .invalidOption("The system's zlib cannot compress: \(stream.pointee.reason) (code \(code)).")
            }
        }
    }
}
