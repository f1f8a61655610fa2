public import CachetorySmallFoundation

/// Stores bytes as they are, for values that are bytes already: pictures, pages, another program's output.
///
/// ```swift
/// let serializer = DataSerializer()
/// let stored = serializer.serialize(Data("<html></html>".utf8))
/// ```
public typealias DataSerializer = NoOpSerializer<Data>
