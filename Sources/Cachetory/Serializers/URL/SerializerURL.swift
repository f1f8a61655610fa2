import SmallFoundation

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

    let text: String

    /// In lower case, and at least one.
    let names: [String]

    private let options: [Option: Int]

    init(_ text: String) throws(SerializationError) {
        self.text = text
        guard let separator = text.firstRange(of: "://") else {
            names = Self.names(in: text[...])
            options = [:]
            return
        }
        names = Self.names(in: text[..<separator.lowerBound])
        let rest = text[separator.upperBound...]
        guard rest.isEmpty || rest.hasPrefix("?") else {
            throw .invalidURL(text, reason: "only '?' and options may follow '://'")
        }
        options = try Self.options(in: rest.dropFirst(), of: text)
    }

    subscript(option: Option) -> Int? { options[option] }

    private static func names(in text: Substring) -> [String] {
        text.lowercased().split(separator: "+", omittingEmptySubsequences: false).map(String.init)
    }

    private static func options(in query: Substring, of url: String) throws(SerializationError) -> [Option: Int] {
        var options: [Option: Int] = [:]
        for item in query.split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let option = Option(rawValue: String(parts[0])) else {
                let known = Option.allCases.map(\.rawValue).joined(separator: ", ")
                throw .invalidURL(url, reason: "there is no option '\(parts[0])', only \(known)")
            }
            guard parts.count == 2, let value = Int(parts[1]) else {
                throw .invalidURL(url, reason: "the option '\(option.rawValue)' needs a whole number")
            }
            guard options.updateValue(value, forKey: option) == nil else {
                throw .invalidURL(url, reason: "the option '\(option.rawValue)' occurs twice")
            }
        }
        return options
    }
}
