/// What a cache does with a stored value that its serializer cannot read.
///
/// ```swift
/// let strict = AsyncCache<[Int]>.memory(options: CacheOptions(decodeFailure: .throw))
/// ```
public enum CacheDecodeFailurePolicy: Sendable, Hashable {
    /// The key counts as missing, and the observer is told why. So a deployment with another schema sees misses, and no
    /// errors. For `set` with `ifNotExists` the key still exists; a cached function with `ifNotExists` replaces such a
    /// value.
    case miss

    /// The call throws the serializer's error.
    case `throw`
}
