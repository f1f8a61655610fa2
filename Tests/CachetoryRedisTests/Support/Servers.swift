import CachetoryLocalServer
import CachetoryRedis
import CachetoryTestSupport

/// The server that tests share which neither stop it nor slow it down. Each uses keys of its own.
enum SharedServer {
    private static let start = Task {
        try await LocalRedisServer.start(arguments: ServerVersion.current.debugOptions + ["--databases", "4"])
    }

    static var value: LocalRedisServer {
        get async throws { try await start.value }
    }
}

/// Runs a test with a server of its own.
func withServer(
    _ arguments: String..., body: (LocalRedisServer) async throws -> Void
) async throws {
    let server = try await LocalRedisServer.start(arguments: ServerVersion.current.debugOptions + arguments)
    do {
        try await body(server)
    } catch {
        try await onThread { server.stop() }
        throw error
    }
    try await onThread { server.stop() }
}

extension RedisClientConfiguration {
    /// The same with limits in time that no test waits for.
    var patient: RedisClientConfiguration {
        var patient = self
        patient.connectTimeout = .seconds(200)
        patient.commandTimeout = .seconds(200)
        patient.pool.acquireTimeout = .seconds(200)
        return patient
    }
}

extension LocalRedisServer {
    /// Where its TCP port is.
    var configuration: RedisClientConfiguration {
        RedisClientConfiguration(address: .tcp(host: "127.0.0.1", port: port))
    }

    /// Where its Unix socket is.
    var unixConfiguration: RedisClientConfiguration {
        RedisClientConfiguration(address: .unixSocket(path: socketPath))
    }
}
