import CachetorySmallFoundation

/// A compressor that can be told with each value how large it may become.
protocol BoundedCompressor: CacheCompressor {
    /// The bytes, decompressed, if they are no more than this and than the compressor's own limit.
    func deserialize(_ wire: Data, limit: Int) throws -> Data
}

extension ThresholdCacheCompressor: BoundedCompressor where Base: BoundedCompressor {
    func deserialize(_ wire: Data, limit: Int) throws -> Data {
        try isCompressed(wire) ? base.deserialize(wire, limit: limit) : wire
    }
}
