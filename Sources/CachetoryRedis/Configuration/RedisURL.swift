/// The parts of a connection URL, split but not decoded.
///
/// Splits where Python's `urlparse` does, so that a URL means here what it means in redis-py: the authority ends at the
/// first `/`, `?` or `#`, and user info at the last `@` in it. Foundation's parser is no help: it refuses passwords and
/// paths that work there.
struct RedisURL {
    let scheme: RedisURLScheme
    let userInfo: Substring.UTF8View?

    /// A host and a port; of a cluster any number of those, separated by commas.
    let hosts: Substring.UTF8View
    let path: Substring.UTF8View
    let query: Substring.UTF8View

    /// Leaves room for a bundle of certificates in `ssl_ca_data`, and keeps what a hostile URL costs small.
    static let longest = 1 << 20

    init(_ url: String) throws(RedisURLError) {
        guard url.utf8.count <= Self.longest else { throw .tooLong(limit: Self.longest) }
        guard url.utf8.allSatisfy({ $0 >= UInt8(ascii: " ") && $0 != 0x7F }) else { throw .controlCharacter }

        var rest = url[...].utf8
        scheme = try Self.takeScheme(of: &rest)
        let authority = rest.prefix { !"/?#".utf8.contains($0) }
        rest = rest[authority.endIndex...]
        let fragment = rest.drop { $0 != UInt8(ascii: "#") }
        rest = rest[..<fragment.startIndex]
        guard !fragment.contains(UInt8(ascii: "@")) else {
            throw .invalidPart(.fragment, allowed: "no '@' behind a '#'; \(RedisURLError.escapes)")
        }
        path = rest.prefix { $0 != UInt8(ascii: "?") }
        query = rest[path.endIndex...].dropFirst()

        if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
            userInfo = authority[..<at]
            hosts = authority[authority.index(after: at)...]
        } else {
            userInfo = nil
            hosts = authority
        }
    }

    /// The same of a URL that is to name servers of a certain kind.
    init(_ url: String, of topology: RedisURLScheme.Topology) throws(RedisURLError) {
        try self.init(url)
        guard scheme.topology == topology else { throw .otherTopology(scheme: scheme.spelling) }
    }

    /// What to add to an error where a password may have ended the authority too early: the host's `@` is still to come.
    var hintAtPassword: String {
        let at = UInt8(ascii: "@")
        return userInfo == nil && (path.contains(at) || query.contains(at)) ? "; \(RedisURLError.escapes)" : ""
    }

    /// Enough to recognise a scheme by, without repeating a megabyte of it.
    private static let longestSchemeShown = 40

    private static func takeScheme(of rest: inout Substring.UTF8View) throws(RedisURLError) -> RedisURLScheme {
        let spelling = rest.prefix { Character(Unicode.Scalar($0)).isSchemeCharacter }
        let separator = "://".utf8
        guard !spelling.isEmpty, rest[spelling.endIndex...].starts(with: separator) else { throw .unknownScheme(nil) }
        guard let scheme = RedisURLScheme(String(Substring(spelling))) else {
            throw .unknownScheme(String(Substring(spelling.prefix(longestSchemeShown))))
        }
        rest = rest[spelling.endIndex...].dropFirst(separator.count)
        return scheme
    }
}

extension Character {
    fileprivate var isSchemeCharacter: Bool {
        isASCII && (isLetter || isNumber || self == "+" || self == "-" || self == ".")
    }
}
