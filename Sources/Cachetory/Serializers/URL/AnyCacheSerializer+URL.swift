public import CachetorySmallFoundation

extension AnyCacheSerializer where Value: Codable, Wire == Data {
    /// The formats that a URL begins with.
    private static var formats: [String] { ["json", "msgpack", "plist", "string", "data", "noop", "null"] }

    /// The compressors that may follow.
    private static var compressors: [String] { ["zlib", "zstd", "zstandard"] }

    /// Makes a serializer from a URL of names, as Python's cachetory does.
    ///
    /// A format comes first: `json`, `msgpack`, `plist` (property list), `string` (for `String` alone), and `data`,
    /// also called `noop` and `null` (for `Data` alone). Compressors may follow: `zlib`, and `zstd`, also called
    /// `zstandard`. The names alone will do, without `://`.
    ///
    /// | option | |
    /// |---|---|
    /// | `compression-level` | as in ``ZlibCacheCompressor`` and ``ZstdCacheCompressor`` |
    /// | `compression-threshold` | compress values of so many bytes and more: see ``ThresholdCacheCompressor`` |
    /// | `compression-limit` | how many bytes a value may have uncompressed, by default 512 MiB: see below |
    /// | `compression-threads` | accepted for Python's sake; a value is compressed by one thread |
    ///
    /// A value of more bytes than `compression-limit` is an error, written or read. With several compressors, it limits
    /// what all of them compress, or decompress, together.
    ///
    /// ```swift
    /// let serializer = try AnyCacheSerializer<[String: Int], Data>(url: "json+zlib://?compression-level=3")
    /// ```
    ///
    /// - Throws: ``CacheSerializationError/invalidURL(reason:)``, ``CacheSerializationError/unknownName(_:known:)``,
    ///   and what the compressors throw.
    public init(url: String) throws(CacheSerializationError) {
        let parsed = try SerializerURL(url)
        let format = try Self.format(parsed)
        let names = parsed.names.dropFirst()
        let limit = parsed[.compressionLimit] ?? CompressionLimit.standard
        var compressors: [any BoundedCompressor] = []
        for name in names { compressors.append(try Self.compressor(name, parsed, limit)) }
        switch compressors.count {
        case 0: self.init(format)
        case 1: self.init(Self.chain(format, compressors[0]))
        default:
            let chain = CompressorChain(compressors, name: names.joined(separator: "+"), limit: limit)
            self.init(Self.chain(format, chain))
        }
    }

    private static func format(_ url: SerializerURL) throws(CacheSerializationError) -> any CacheSerializer<Value, Data>
    {
        let name = url.names[0]
        switch name {
        case "json": return JSONCacheSerializer<Value>()
        case "msgpack": return MessagePackCacheSerializer<Value>()
        case "plist": return PropertyListCacheSerializer<Value>()
        case "string": return try serializer(StringCacheSerializer(), for: String.self, url)
        case "data", "noop", "null": return try serializer(DataCacheSerializer(), for: Data.self, url)
        case "pickle":
            let reason = """
                'pickle' is a format of Python alone, and reading it can run any program; \
                use json or msgpack in both languages
                """
            throw .invalidURL(reason: reason)
        case let name where compressors.contains(name):
            throw .invalidURL(reason: "a format comes before '\(name)': one of \(list(formats))")
        default:
            throw .unknownName(name, known: formats + compressors)
        }
    }

    /// A serializer for values of one type, if that is the type wanted.
    private static func serializer<Only>(
        _ serializer: any CacheSerializer<Only, Data>, for type: Only.Type, _ url: SerializerURL
    ) throws(CacheSerializationError) -> any CacheSerializer<Value, Data> {
        guard let serializer = serializer as? any CacheSerializer<Value, Data> else {
            throw .invalidURL(
                reason: "'\(url.names[0])' stores values of type \(type), and these are \(Value.self)")
        }
        return serializer
    }

    private static func compressor(
        _ name: String, _ url: SerializerURL, _ limit: Int
    ) throws(CacheSerializationError) -> any BoundedCompressor {
        let compressor: any BoundedCompressor
        switch name {
        case "zlib":
            compressor = try ZlibCacheCompressor(
                level: url[.compressionLevel] ?? ZlibCacheCompressor.defaultLevel, maximumSize: limit)
        case "zstd", "zstandard":
            compressor = try ZstdCacheCompressor(
                level: url[.compressionLevel] ?? ZstdCacheCompressor.defaultLevel, maximumSize: limit)
        case let name where formats.contains(name):
            throw .invalidURL(reason: "only compressors come after the format, and '\(name)' is none")
        default:
            throw .unknownName(name, known: formats + compressors)
        }
        guard let threshold = url[.compressionThreshold] else { return compressor }
        return Self.threshold(threshold, compressor)
    }

    // Each of these opens an existential, so that the compiler knows the types again.

    private static func chain(
        _ serializer: some CacheSerializer<Value, Data>, _ compressor: some CacheSerializer<Data, Data>
    ) -> any CacheSerializer<Value, Data> {
        serializer.chained(with: compressor)
    }

    private static func threshold(
        _ threshold: Int, _ compressor: some BoundedCompressor
    ) -> any BoundedCompressor {
        ThresholdCacheCompressor(compressor, from: threshold)
    }

    private static func list(_ names: [String]) -> String {
        names.joined(separator: ", ")
    }
}
