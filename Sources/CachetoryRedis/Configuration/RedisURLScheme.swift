/// How a URL's scheme says to reach the servers, and what those are to each other.
package struct RedisURLScheme: Sendable {
    package enum Transport: Sendable {
        case tcp
        case tls
        case unixSocket
    }

    package enum Topology: Sendable {
        /// One server.
        case server
        /// The nodes of a Redis Cluster or a Valkey Cluster.
        case cluster
    }

    /// What stands in front of `://`, in lower case.
    package let spelling: String
    package let transport: Transport
    package let topology: Topology

    private static let known: [RedisURLScheme] = [
        .init("redis", .tcp), .init("rediss", .tls), .init("unix", .unixSocket),
        .init("valkey", .tcp), .init("valkeys", .tls), .init("valkey+unix", .unixSocket),
        .init("redis+cluster", .tcp, .cluster), .init("rediss+cluster", .tls, .cluster),
        .init("valkey+cluster", .tcp, .cluster), .init("valkeys+cluster", .tls, .cluster),
    ]

    /// Cachetory for Python drops this in front of any scheme; only `redis+unix` is of use.
    private static let prefix = "redis+"

    /// The schemes to name where another one was given.
    package static var spellings: [String] { known.map(\.spelling) + [prefix + "unix"] }

    private init(_ spelling: String, _ transport: Transport, _ topology: Topology = .server) {
        self.spelling = spelling
        self.transport = transport
        self.topology = topology
    }

    /// - Parameter spelling: in upper or lower case.
    package init?(_ spelling: String) {
        let spelling = spelling.lowercased()
        if let scheme = Self.known.first(where: { $0.spelling == spelling }) {
            self = scheme
            return
        }
        guard spelling.hasPrefix(Self.prefix) else { return nil }
        let bare = spelling.dropFirst(Self.prefix.count)
        let bareScheme = Self.known.first { $0.topology == .server && $0.spelling == bare }
        guard let bareScheme else { return nil }
        self = bareScheme
    }
}
