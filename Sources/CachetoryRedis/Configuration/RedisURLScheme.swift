/// How a URL's scheme says to reach the server.
package enum RedisURLScheme: Sendable {
    case tcp
    case tls
    case unixSocket

    private static let known: [(spelling: String, scheme: Self)] = [
        ("redis", .tcp), ("rediss", .tls), ("unix", .unixSocket),
        ("valkey", .tcp), ("valkeys", .tls), ("valkey+unix", .unixSocket),
    ]

    /// Cachetory for Python drops this in front of any scheme; only `redis+unix` is of use.
    private static let prefix = "redis+"

    /// The schemes to name where another one was given.
    package static var spellings: [String] { known.map(\.spelling) + [prefix + "unix"] }

    /// - Parameter spelling: in upper or lower case.
    package init?(_ spelling: String) {
        let spelling = spelling.lowercased()
        let bare = spelling.hasPrefix(Self.prefix) ? String(spelling.dropFirst(Self.prefix.count)) : spelling
        guard let scheme = Self.known.first(where: { $0.spelling == bare })?.scheme else { return nil }
        self = scheme
    }
}
