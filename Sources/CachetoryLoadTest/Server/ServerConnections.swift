import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis

/// Counts the connections of a private server, or of all nodes of a private cluster, by asking them.
struct ServerConnections: Sendable {
    private let nodes: [(talk: ServerTalk, isServing: @Sendable () -> Bool)]

    /// A server that is halted must not hold up the report.
    private static let patience = Duration.milliseconds(100)

    init(_ target: Target) {
        nodes = target.servers.map { server in
            (ServerTalk(socketPath: server.socketPath, timeout: Self.patience), { server.isServing })
        }
    }

    /// Without the load test's own; nil if a server that runs does not answer, or none runs.
    var count: Int? {
        let counts = nodes.filter { $0.isServing() }.map { try? $0.talk.clientIDs().count }
        return counts.contains(nil) || counts.isEmpty ? nil : counts.compactMap { $0 }.reduce(0, +)
    }
}
