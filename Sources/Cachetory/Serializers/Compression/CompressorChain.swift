import CachetorySmallFoundation

/// Several compressors, one after the other, of whose input all together may have no more bytes than a limit.
///
/// Each by itself may stay within its limit and make as much of every byte as the one before it did: 48 bytes that were
/// compressed twice stand for gigabytes. So what all of them decompress comes out of one budget. The same is asked when a
/// value is written, so that what is written can be read.
struct CompressorChain: CacheSerializer {
    private let compressors: [any BoundedCompressor]
    private let limit: Int

    /// For messages.
    private let name: String

    init(_ compressors: [any BoundedCompressor], name: String, limit: Int) {
        self.compressors = compressors
        self.name = name
        self.limit = limit
    }

    func serialize(_ value: Data) throws -> Data {
        var bytes = value
        var budget = limit
        for compressor in compressors {
            try take(bytes.count, from: &budget)
            bytes = try compressor.serialize(bytes)
        }
        return bytes
    }

    func deserialize(_ wire: Data) throws -> Data {
        var bytes = wire
        var budget = limit
        for compressor in compressors.reversed() {
            do {
                bytes = try compressor.deserialize(bytes, limit: budget)
            } catch CacheSerializationError.tooLarge {
                throw CacheSerializationError.tooLarge(format: name, limit: limit)
            }
            try take(bytes.count, from: &budget)
        }
        return bytes
    }

    private func take(_ count: Int, from budget: inout Int) throws(CacheSerializationError) {
        budget -= count
        guard budget >= 0 else { throw .tooLarge(format: name, limit: limit) }
    }
}
