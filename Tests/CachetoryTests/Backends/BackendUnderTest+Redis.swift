import Cachetory
import Foundation
import LocalServer
import Synchronization
import TestSupport

extension BackendUnderTest {
    static let asyncRedisTCP = redis("AsyncRedisBackend over TCP", \.tcp) { try AsyncRedisBackend(url: $0) }
    static let asyncRedisUnix = redis("AsyncRedisBackend over a unix socket", \.unix) { try AsyncRedisBackend(url: $0) }
    static let asyncRedis2 = redis("AsyncRedisBackend with RESP2", \.resp2) { try AsyncRedisBackend(url: $0) }
    static let syncRedisTCP = redis("SyncRedisBackend over TCP", \.tcp) {
        BlockingAdapter(base: try SyncRedisBackend(url: $0))
    }
    static let syncRedisUnix = redis("SyncRedisBackend over a unix socket", \.unix) {
        BlockingAdapter(base: try SyncRedisBackend(url: $0))
    }

    static let asyncRedisTLS = redis("AsyncRedisBackend over TLS", \.tls) { try AsyncRedisBackend(url: $0) }
    static let syncRedisTLS = redis("SyncRedisBackend over TLS", \.tls) {
        BlockingAdapter(base: try SyncRedisBackend(url: $0))
    }

    private static func redis(
        _ name: String, _ url: any KeyPath<ServerDatabase, String> & Sendable,
        make: @escaping @Sendable (String) throws -> any AsyncBackend<Data>
    ) -> BackendUnderTest {
        BackendUnderTest(name) {
            let database = try await ServerDatabase.next()
            let probe = try ConnectionPool(url: database.unix)
            return Instance(
                try make(database[keyPath: url]),
                remaining: { key in
                    switch try await probe.execute(["PTTL", .string(key)]) {
                    case .integer(-2): nil
                    case .integer(-1): .forever
                    case .integer(let milliseconds): .milliseconds(milliseconds)
                    case let reply: throw RedisError.unexpectedReply(command: "PTTL", reply: "\(reply)")
                    }
                },
                isClosed: { $0 as? RedisError == .closed },
                tearDown: { await probe.close() }
            )
        }
    }
}

/// A database that no other test uses, on a server that all tests of this process share.
private struct ServerDatabase {
    let tlsServer: TLSRedisServer
    let number: Int

    private var server: LocalRedisServer { tlsServer.server }

    var tcp: String { "redis://127.0.0.1:\(server.port)/\(number)" }
    var unix: String { "unix://\(server.socketPath)?db=\(number)" }
    var resp2: String { unix + "&protocol=2" }
    var tls: String {
        "rediss://localhost:\(tlsServer.port)/\(number)?ssl_ca_certs=\(tlsServer.certificates.authority)"
    }

    private static let count = 4096
    private static let server = Task {
        try await TLSRedisServer.start(\.server, ["--databases", String(count)])
    }
    private static let used = Atomic<Int>(0)

    static func next() async throws -> ServerDatabase {
        ServerDatabase(tlsServer: try await server.value, number: used.add(1, ordering: .relaxed).oldValue)
    }
}
