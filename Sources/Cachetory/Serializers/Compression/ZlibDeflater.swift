import SmallFoundation

/// A compression stream of zlib that is used again and again.
///
/// `@unchecked Sendable`: one caller at a time has it, which `ContextPool` sees to.
final class ZlibDeflater: CompressionContext, @unchecked Sendable {
    let isWorthKeeping = true

    private let zlib: Zlib

    /// Stays where it is: zlib keeps its address.
    private let stream = UnsafeMutablePointer<ZlibStream>.allocate(capacity: 1)

    init(_ zlib: Zlib, level: Int) throws(SerializationError) {
        self.zlib = zlib
        stream.initialize(to: ZlibStream())
        let code = zlib.deflateInit(stream, Int32(level), zlib.version(), Int32(MemoryLayout<ZlibStream>.size))
        guard code == Zlib.ok else {
            let reason = stream.pointee.reason
            throw .missingLibrary("The system's zlib cannot compress: \(reason) (code \(code)).")
        }
    }

    deinit {
        // Returns an error and does nothing else where the stream was never made.
        _ = zlib.deflateEnd(stream)
        stream.deallocate()
    }

    /// All of the bytes, compressed. They are no more than `CompressionLimit.largest`.
    func compress(_ bytes: UnsafeRawBufferPointer) -> Data {
        // zlib takes a null pointer for a mistake even where there is nothing to read.
        let nothing: UInt8 = 0
        return withUnsafePointer(to: nothing) { nothing in
            _ = zlib.deflateReset(stream)
            // What zlib itself says is enough for all of it in one call.
            let output = OutputBytes(capacity: Int(zlib.deflateBound(stream, CUnsignedLong(bytes.count))))
            stream.pointee.nextIn = bytes.baseAddress ?? UnsafeRawPointer(nothing)
            stream.pointee.availableIn = CUnsignedInt(bytes.count)
            stream.pointee.nextOut = output.base
            stream.pointee.availableOut = CUnsignedInt(output.capacity)
            let code = zlib.deflate(stream, Zlib.finish)
            precondition(code == Zlib.streamEnd, "zlib's own bound was too small")
            output.count = output.capacity - Int(stream.pointee.availableOut)
            return output.takeData()
        }
    }
}
