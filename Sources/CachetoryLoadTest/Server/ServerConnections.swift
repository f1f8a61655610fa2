import CachetoryRESP
import CachetoryRedis

/// Counts the connections of a private server, by asking it.
struct ServerConnections: Sendable {
    private let talk: ServerTalk

    /// A server that is halted must not hold up the report.
    private static let patience = Duration.milliseconds(100)

    init(socketPath: String) {
        talk = ServerTalk(socketPath: socketPath, timeout: Self.patience)
    }

    /// Without those of the load test's own; nil if the server does not answer.
    var count: Int? { try? talk.clientIDs().count }
}
