/// How much a compressor takes and gives.
enum CompressionLimit {
    /// The most that a value may have uncompressed unless the user says otherwise: 512 MiB, Redis' largest string.
    ///
    /// Without a limit, 16 KiB of a hostile zstd value could inflate to as much.
    static let standard = 512 << 20

    /// The most that a user may allow: zlib counts a buffer in 32 bits, and a compressed one is a little larger.
    static let largest = Int(Int32.max)

    /// The smallest output buffer, one that most cached values fit in.
    static let smallestBuffer = 1 << 10

    /// - Throws: ``CacheSerializationError/invalidOption(_:)`` where no buffer could have this size.
    static func check(_ maximumSize: Int, format: String) throws(CacheSerializationError) {
        guard (1...largest).contains(maximumSize) else {
            throw .invalidOption("the maximum size of \(format) is from 1 to \(largest) bytes, not \(maximumSize)")
        }
    }
}
