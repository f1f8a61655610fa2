/// What is wrong with a connection URL, and what is allowed there.
///
/// Names options, but repeats no values: a password with an unescaped `/` or `?` may end up anywhere in the URL.
///
/// ```swift
/// do {
///     _ = try RedisClientConfiguration(url: "redis://localhost?max_conections=4")
/// } catch RedisURLError.unknownOption(let name) {
///     print("no such option:", name ?? "")
/// }
/// ```
public enum RedisURLError: Error, Sendable, Hashable {
    /// A part of a URL.
    ///
    /// ```swift
    /// do {
    ///     _ = try RedisClientConfiguration(url: "redis://localhost:http")
    /// } catch RedisURLError.invalidPart(.port, let allowed) {
    ///     print("a port is", allowed)
    /// }
    /// ```
    public enum Part: String, Sendable, Hashable {
        /// What stands in front of the `@`.
        case userInfo = "user name or password"

        /// The host's name or address.
        case host

        /// The number behind the host.
        case port

        /// The number in the path.
        case database

        /// The path of a Unix socket.
        case socketPath = "socket path"

        /// What follows a `#`: it is ignored, unless it looks like the rest of a password.
        case fragment
    }

    /// Longer than any useful URL; certificates are better given as a file.
    case tooLong(limit: Int)

    /// A line end, a tab or another control character.
    case controlCharacter

    /// A scheme that isn't known, or nil if the URL has none.
    case unknownScheme(String?)

    /// A URL of a cluster where one server is asked for, or the other way round. The scheme is one that is known.
    case otherTopology(scheme: String)

    /// A part that can't be read.
    case invalidPart(Part, allowed: String)

    /// An option that isn't known; nil if its name may be a piece of a password.
    case unknownOption(String?)

    /// An option given twice.
    case repeatedOption(String)

    /// An option whose value can't be read or is out of range.
    case invalidValue(option: String, allowed: String)

    /// An option of TLS in a URL without TLS.
    case needsTLS(option: String)

    /// Options that don't fit each other.
    case invalidConfiguration(RedisClientConfigurationError)
}

extension RedisURLError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooLong(let limit):
            "the Redis URL is longer than \(limit) bytes"
        case .controlCharacter:
            "the Redis URL has a line end or another control character: remove it or write it as %0A"
        case .unknownScheme(nil):
            "the Redis URL has no scheme: it has to start with \(Self.schemes)"
        case .unknownScheme(let scheme?):
            "unknown scheme '\(scheme)' in the Redis URL: it has to start with \(Self.schemes)"
        case .otherTopology(let scheme):
            Self.otherTopology(scheme)
        case .invalidPart(let part, let allowed):
            "invalid \(part.rawValue) in the Redis URL: expected \(allowed)"
        case .unknownOption(nil):
            "unknown option in the Redis URL: expected \(Self.options); \(Self.escapes)"
        case .unknownOption(let name?):
            "unknown option '\(name)' in the Redis URL: expected \(Self.options)"
        case .repeatedOption(let name):
            "the option '\(name)' is twice in the Redis URL"
        case .invalidValue(let option, let allowed):
            "invalid '\(option)' in the Redis URL: expected \(allowed)"
        case .needsTLS(let option):
            "the option '\(option)' in the Redis URL needs TLS: use rediss://, or rediss+cluster:// for a cluster"
        case .invalidConfiguration(let error):
            "conflicting options in the Redis URL: \(error)"
        }
    }

    /// Why a URL may fall apart at the wrong place.
    static let escapes = "in a password write '/', '?', '#' and '&' as %2F, %3F, %23 and %26"

    /// Which API takes a URL that another one refuses.
    private static func otherTopology(_ scheme: String) -> String {
        if RedisURLScheme(scheme)?.topology == .cluster {
            return "\(scheme):// is the URL of a cluster, and one server is asked for here: give it to a backend, to "
                + "AsyncRedisClient, to SyncRedisClient or to RedisClusterConfiguration"
        }
        let cluster = "\(scheme)+cluster"
        let other = RedisURLScheme(cluster) == nil ? "" : ", or write \(cluster):// if it is part of one"
        return "\(scheme):// is the URL of one server, and a cluster is asked for here: give it to "
            + "RedisClientConfiguration\(other)"
    }

    private static var schemes: String { RedisURLScheme.spellings.map { "\($0)://" }.formatted }
    private static var options: String { RedisURLOption.all.map(\.name).formatted }
}

extension [String] {
    /// `a, b or c`.
    fileprivate var formatted: String {
        count < 2 ? joined() : dropLast().joined(separator: ", ") + " or " + self[count - 1]
    }
}
