import CachetorySmallFoundation

/// A serializer in words: `json+zlib://?compression-level=3`.
///
/// The names before `://` are applied in their order; options concern all of them that know the option. The form is that
/// of Python's cachetory, so one configuration serves both.
struct SerializerURL {
    /// The options that exist, by their names in the URL.
    enum Option: String, CaseIterable {
        case compressionLevel = "compression-level"

        /// Compress only values of so many bytes and more. This library's own.
        case compressionThreshold = "compression-threshold"

        /// How many bytes a value may have uncompressed, all compressors together. This library's own.
        case compressionLimit = "compression-limit"

        /// How many threads of zstd's compress a value. Accepted, and not followed: the values of a cache are too small
        /// to gain by it.
        case compressionThreads = "compression-threads"
    }

    /// In lower case, and at least one. Each may be shown: it has only what names are made of.
    let names: [String]

    private let options: [Option: Int]

    init(_ text: String) throws(CacheSerializationError) {
        try Self.checkIsNoBackend(text)
        guard let separator = text.firstRange(of: "://") else {
            names = try Self.names(in: text[...])
            options = [:]
            return
        }
        names = try Self.names(in: text[..<separator.lowerBound])
        let rest = text[separator.upperBound...]
        guard rest.isEmpty || rest.hasPrefix("?") else {
            throw .invalidURL(reason: "only '?' and options may follow '://'")
        }
        options = try Self.options(in: rest.dropFirst())
    }

    subscript(option: Option) -> Int? { options[option] }

    /// The arguments of a cache's initializer are easily swapped.
    private static func checkIsNoBackend(_ text: String) throws(CacheSerializationError) {
        let scheme = text.lowercased().prefix { $0 != ":" }
        guard text.contains("://"), CacheBackendURL.schemes.contains(String(scheme)) else { return }
        throw .invalidURL(reason: "it is a backend's URL, for the argument 'url'")
    }

    private static func names(in text: Substring) throws(CacheSerializationError) -> [String] {
        guard text.isName(with: "+") else {
            throw .invalidURL(reason: "it has other characters than names of serializers have, which are joined by '+'")
        }
        return text.lowercased().split(separator: "+", omittingEmptySubsequences: false).map(String.init)
    }

    private static func options(in query: Substring) throws(CacheSerializationError) -> [Option: Int] {
        var options: [Option: Int] = [:]
        for item in query.split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let option = Option(rawValue: String(parts[0])) else {
                let known = Option.allCases.map(\.rawValue).joined(separator: ", ")
                // Behind a name, the rest may be anything.
                let name = parts[0].isName(with: "-") && !query.contains("@") ? "'\(parts[0])'" : "of that name"
                throw .invalidURL(reason: "there is no option \(name), only \(known)")
            }
            guard parts.count == 2, let value = Int(parts[1]) else {
                throw .invalidURL(reason: "the option '\(option.rawValue)' needs a whole number")
            }
            guard options.updateValue(value, forKey: option) == nil else {
                throw .invalidURL(reason: "the option '\(option.rawValue)' occurs twice")
            }
        }
        return options
    }
}

extension Substring {
    /// Whether it may be a name, or several with a separator, and so may be shown; other text may be a secret.
    fileprivate func isName(with separator: Character) -> Bool {
        utf8.count <= 64 && allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == separator) }
    }
}
