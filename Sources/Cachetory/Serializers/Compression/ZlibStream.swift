/// `z_stream` of `zlib.h`, field by field: its layout is a part of zlib's ABI.
///
/// zlib checks the size at the start of a stream and refuses another.
struct ZlibStream {
    var nextIn: UnsafeRawPointer?
    var availableIn: CUnsignedInt = 0
    var totalIn: CUnsignedLong = 0
    var nextOut: UnsafeMutableRawPointer?
    var availableOut: CUnsignedInt = 0
    var totalOut: CUnsignedLong = 0
    var message: UnsafePointer<CChar>?
    var state: OpaquePointer?
    var allocate: UnsafeRawPointer?
    var free: UnsafeRawPointer?
    var opaque: UnsafeMutableRawPointer?
    var dataType: CInt = 0
    var checksum: CUnsignedLong = 0
    var reserved: CUnsignedLong = 0

    /// Why the last call failed, as zlib says it.
    var reason: String {
        message.map { String(cString: $0) } ?? "zlib gives no reason"
    }
}
