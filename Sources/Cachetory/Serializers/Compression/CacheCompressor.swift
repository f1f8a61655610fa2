public import CachetorySmallFoundation

/// A serializer from bytes to fewer bytes, chained behind another.
///
/// ```swift
/// let serializer = try JSONCacheSerializer<[String]>().compressed(with: .zstd())
/// ```
public protocol CacheCompressor: CacheSerializer where Value == Data, Wire == Data {
    /// Whether bytes begin with the signature of this compressor's output.
    ///
    /// It has to be false for some bytes, or ``ThresholdCacheCompressor`` cannot recognize small values.
    func isCompressed(_ bytes: Data) -> Bool
}

extension CacheSerializer where Wire == Data {
    /// This serializer, with everything that it writes compressed.
    ///
    /// The bytes are the compressor's standard format, readable by any program that knows it.
    public func compressed<Method: CacheCompressor>(with compressor: Method) -> ChainedCacheSerializer<Self, Method> {
        ChainedCacheSerializer(self, compressor)
    }

    /// This serializer, with what it writes compressed unless it is short.
    ///
    /// Readers that do not use a threshold themselves cannot read the short values, those of other libraries included:
    /// see ``ThresholdCacheCompressor``.
    ///
    /// - Parameters:
    ///   - compressor: What compresses the longer ones.
    ///   - threshold: The length, in bytes, from which values are compressed. It may change at any time.
    public func compressed<Method: CacheCompressor>(
        with compressor: Method, from threshold: Int
    ) -> ChainedCacheSerializer<Self, ThresholdCacheCompressor<Method>> {
        ChainedCacheSerializer(self, ThresholdCacheCompressor(compressor, from: threshold))
    }
}
