import CachetorySystemLibraries

/// The functions of zlib that this library calls.
struct Zlib: Sendable {
    typealias Stream = UnsafeMutableRawPointer
    typealias StreamFunction = @Sendable @convention(c) (Stream) -> Int32
    typealias Step = @Sendable @convention(c) (Stream, Int32) -> Int32
    typealias Bound = @Sendable @convention(c) (Stream, CUnsignedLong) -> CUnsignedLong
    typealias Version = @Sendable @convention(c) () -> UnsafePointer<CChar>?
    typealias DeflateInit = @Sendable @convention(c) (Stream, Int32, UnsafePointer<CChar>?, Int32) -> Int32
    typealias InflateInit = @Sendable @convention(c) (Stream, UnsafePointer<CChar>?, Int32) -> Int32

    let version: Version
    let deflateInit: DeflateInit
    let deflate: Step
    var deflateBound: Bound
    let deflateReset: StreamFunction
    let deflateEnd: StreamFunction
    let inflateInit: InflateInit
    let inflate: Step
    let inflateReset: StreamFunction
    let inflateEnd: StreamFunction

    #if canImport(Darwin)
        private static let files = ["libz.1.dylib", "libz.dylib"]
    #else
        private static let files = ["libz.so.1", "libz.so"]
    #endif

    /// Looked for once; a failure stays one until the process ends.
    private static let shared = Result { () throws(CacheSerializationError) in try Zlib(files: files) }

    /// The library, loaded at the first use.
    static func loaded() throws(CacheSerializationError) -> Self {
        try shared.get()
    }

    /// Loads the first of some files.
    init(files: [String]) throws(CacheSerializationError) {
        do throws(SystemLibraryError) {
            try self.init(searching: files)
        } catch {
            throw .missingLibrary("\(error)")
        }
    }

    private init(searching files: [String]) throws(SystemLibraryError) {
        let library = try SystemLibrary(
            "zlib", files: files, install: "the package zlib1g (Debian, Ubuntu) or zlib (Fedora, Alpine)"
        )
        version = try library.function("zlibVersion", as: Version.self)
        deflateInit = try library.function("deflateInit_", as: DeflateInit.self)
        deflate = try library.function("deflate", as: Step.self)
        deflateBound = try library.function("deflateBound", as: Bound.self)
        deflateReset = try library.function("deflateReset", as: StreamFunction.self)
        deflateEnd = try library.function("deflateEnd", as: StreamFunction.self)
        inflateInit = try library.function("inflateInit_", as: InflateInit.self)
        inflate = try library.function("inflate", as: Step.self)
        inflateReset = try library.function("inflateReset", as: StreamFunction.self)
        inflateEnd = try library.function("inflateEnd", as: StreamFunction.self)
    }
}

extension Zlib {
    /// `Z_OK`: progress was made.
    static let ok: Int32 = 0

    /// `Z_STREAM_END`: all input was taken and all output given.
    static let streamEnd: Int32 = 1

    /// `Z_NEED_DICT`: the stream was made with a dictionary.
    static let needsDictionary: Int32 = 2

    /// `Z_BUF_ERROR`: no progress without more input or more room; not fatal.
    static let bufferError: Int32 = -5

    /// `Z_NO_FLUSH`: decide by yourself how much to gather.
    static let noFlush: Int32 = 0

    /// `Z_FINISH`: there is no more input.
    static let finish: Int32 = 4
}
