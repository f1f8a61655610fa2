public import CachetorySmallFoundation

/// Stores bytes as they are, for values that are bytes already: pictures, pages, another program's output.
///
/// ```swift
/// let serializer = DataCacheSerializer()
/// let stored = serializer.serialize(Data("<html></html>".utf8))
/// ```
public typealias DataCacheSerializer = NoOpCacheSerializer<Data>
