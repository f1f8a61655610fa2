import CachetorySystemLibraries

/// The functions of zstd that this library calls, all of its stable interface.
struct Zstd: Sendable {
    typealias Context = OpaquePointer
    typealias Create = @Sendable @convention(c) () -> Context?
    typealias ContextSize = @Sendable @convention(c) (Context) -> Int
    typealias Bound = @Sendable @convention(c) (Int) -> Int
    typealias IsError = @Sendable @convention(c) (Int) -> CUnsignedInt
    typealias ErrorName = @Sendable @convention(c) (Int) -> UnsafePointer<CChar>?
    typealias Level = @Sendable @convention(c) () -> CInt
    typealias Reset = @Sendable @convention(c) (Context, CInt) -> Int
    typealias ContentSize = @Sendable @convention(c) (UnsafeRawPointer?, Int) -> UInt64
    typealias Compress =
        @Sendable @convention(c) (Context, UnsafeMutableRawPointer, Int, UnsafeRawPointer?, Int, CInt) -> Int
    typealias DecompressStream =
        @Sendable @convention(c) (Context, UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> Int

    let isError: IsError
    let errorName: ErrorName
    let smallestLevel: Level
    let largestLevel: Level
    let createCompressor: Create
    let freeCompressor: ContextSize
    let sizeOfCompressor: ContextSize
    let compressBound: Bound
    let compress: Compress
    let createDecompressor: Create
    let freeDecompressor: ContextSize
    let sizeOfDecompressor: ContextSize
    let resetDecompressor: Reset
    let contentSize: ContentSize
    let decompressStream: DecompressStream

    #if canImport(Darwin)
        private static let files = [
            "libzstd.1.dylib", "/opt/homebrew/lib/libzstd.1.dylib", "/usr/local/lib/libzstd.1.dylib",
        ]
    #else
        private static let files = ["libzstd.so.1", "libzstd.so"]
    #endif

    /// Looked for once; a failure stays one until the process ends.
    private static let shared = Result { () throws(CacheSerializationError) in try Zstd(files: files) }

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
            "zstd", files: files,
            install: "the package libzstd1 (Debian, Ubuntu), libzstd (Fedora), zstd-libs (Alpine) or zstd (Homebrew)"
        )
        isError = try library.function("ZSTD_isError", as: IsError.self)
        errorName = try library.function("ZSTD_getErrorName", as: ErrorName.self)
        smallestLevel = try library.function("ZSTD_minCLevel", as: Level.self)
        largestLevel = try library.function("ZSTD_maxCLevel", as: Level.self)
        createCompressor = try library.function("ZSTD_createCCtx", as: Create.self)
        freeCompressor = try library.function("ZSTD_freeCCtx", as: ContextSize.self)
        sizeOfCompressor = try library.function("ZSTD_sizeof_CCtx", as: ContextSize.self)
        compressBound = try library.function("ZSTD_compressBound", as: Bound.self)
        compress = try library.function("ZSTD_compressCCtx", as: Compress.self)
        createDecompressor = try library.function("ZSTD_createDCtx", as: Create.self)
        freeDecompressor = try library.function("ZSTD_freeDCtx", as: ContextSize.self)
        sizeOfDecompressor = try library.function("ZSTD_sizeof_DCtx", as: ContextSize.self)
        resetDecompressor = try library.function("ZSTD_DCtx_reset", as: Reset.self)
        contentSize = try library.function("ZSTD_getFrameContentSize", as: ContentSize.self)
        decompressStream = try library.function("ZSTD_decompressStream", as: DecompressStream.self)
    }
}

extension Zstd {
    /// `ZSTD_reset_session_only`: forget an unfinished frame, keep the parameters.
    static let sessionOnly: CInt = 1

    /// The least that `ZSTD_getFrameContentSize` returns for "not known" and "not a frame".
    static let noContentSize = UInt64.max - 1

    /// `ZSTD_inBuffer` and `ZSTD_outBuffer` of `zstd.h`: their layout is a part of zstd's ABI.
    struct Buffer {
        var base: UnsafeRawPointer?
        var size: Int
        var position: Int
    }

    /// The error that a result stands for, or nil where it is a number.
    func failure(_ result: Int) -> String? {
        guard isError(result) != 0 else { return nil }
        return errorName(result).map { String(cString: $0) } ?? "zstd gives no reason"
    }
}
