import CachetoryLocking
import CachetoryRESP
import CachetoryRedis

/// A connection of the load test's own to its private server, beside those of the backend.
///
/// It stays open: only over it can a server that refuses connections be told to accept them again.
final class ServerTalk: Sendable {
    private struct State: ~Copyable {
        var connection: BlockingConnection?
    }
    private let state = Lock(State())
    private let configuration: RedisClientConfiguration
    private let timeout: Duration

    /// The name of the load test's own connections in `CLIENT LIST`.
    private static let clientName = "load-test"

    /// - Parameter timeout: how long a command may take, a connect included.
    init(_ configuration: RedisClientConfiguration, timeout: Duration) {
        self.timeout = timeout
        var configuration = configuration
        configuration.clientName = Self.clientName
        self.configuration = configuration
    }

    convenience init(socketPath: String, timeout: Duration) {
        self.init(RedisClientConfiguration(address: .unixSocket(path: socketPath)), timeout: timeout)
    }

    /// Sends a command, of any kind, and connects before if it must.
    @discardableResult
    func execute(_ command: RESPCommand) throws(RedisCallError) -> RESPReply {
        let deadline = Timestamp.now + timeout
        return try state.withLock { state throws(RedisCallError) in
            if state.connection?.isDisturbed() ?? true { state.connection = nil }
            var connection =
                if let open = state.connection.take() { open } else {
                    try BlockingConnection.open(configuration, until: deadline)
                }
            let reply = try connection.execute(Request(command), until: deadline)
            state.connection = consume connection
            return try reply.throwingErrorReply()
        }
    }

    /// The value of a server setting.
    func setting(_ name: String) throws(RedisCallError) -> String? {
        switch try execute(["CONFIG", "GET", .string(name)]) {
        case .map(let pairs): pairs.first.map { Self.text($0.value) }
        case .array(let parts): parts.dropFirst().first.map(Self.text)
        default: nil
        }
    }

    /// The numbers of the connections that are not the load test's own.
    func clientIDs() throws(RedisCallError) -> [Int] {
        let lines = Self.text(try execute(["CLIENT", "LIST", "TYPE", "normal"])).split(separator: "\n")
        return lines.filter { !$0.contains(" name=\(Self.clientName) ") }.compactMap { line in
            line.split(separator: " ").first.flatMap { Int($0.dropFirst("id=".count)) }
        }
    }

    static func text(_ reply: RESPReply) -> String {
        switch reply {
        case .bulkString(let data), .verbatimString(_, let data): String(decoding: data, as: UTF8.self)
        case .simpleString(let text): text
        default: ""
        }
    }
}
