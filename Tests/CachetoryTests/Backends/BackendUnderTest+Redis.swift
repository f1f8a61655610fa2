import Cachetory
import CachetoryLocalServer
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Synchronization

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

    static let asyncRedisTLS = redis("AsyncRedisBackend over TLS", { try $0.tls() }) { try AsyncRedisBackend(url: $0) }
    static let syncRedisTLS = redis("SyncRedisBackend over TLS", { try $0.tls() }) {
        BlockingAdapter(base: try SyncRedisBackend(url: $0))
    }

    private static func redis(
        _ name: String, _ url: @escaping @Sendable (ServerDatabase) throws -> String,
        make: @escaping @Sendable (String) throws -> any AsyncCacheBackend<Data>
    ) -> BackendUnderTest {
        BackendUnderTest(name) {
            let database = try await ServerDatabase.next()
            let probe = try ConnectionPool(url: database.unix)
            return Instance(
                try make(url(database)),
                remaining: { key in try await TimeToLive(remaining: probe.execute(["PTTL", .string(key)])) },
                isClosed: { $0 as? RedisCallError == .closed },
                tearDown: { await probe.close() }
            )
        }
    }
}

extension TimeToLive {
    /// What `PTTL` says is left to a key; nil if there is none.
    init?(remaining reply: RESPReply) throws {
        switch reply {
        case .integer(-2): return nil
        case .integer(-1): self = .forever
        case .integer(let milliseconds): self = .milliseconds(milliseconds)
        default: throw RedisCallError.unexpectedReply(command: "PTTL", reply: "\(reply)")
        }
    }
}

/// A database that no other test uses, on a server that all tests of this process share.
private struct ServerDatabase {
    let server: LocalRedisServer
    /// The same server; nil where it has no TLS built in.
    let tlsServer: TLSRedisServer?
    let number: Int

    var tcp: String { "redis://127.0.0.1:\(server.port)/\(number)" }
    var unix: String { "unix://\(server.socketPath)?db=\(number)" }
    var resp2: String { unix + "&protocol=2" }

    func tls() throws -> String {
        guard let tlsServer else { throw ServerLacks.tls }
        return "rediss://localhost:\(tlsServer.port)/\(number)?ssl_ca_certs=\(tlsServer.certificates.authority)"
    }

    private static let count = 4096
    private static let server = Task { () -> (plain: LocalRedisServer, tls: TLSRedisServer?) in
        let options = ["--databases", String(count)]
        do {
            let server = try await TLSRedisServer.start(\.server, options)
            return (server.server, server)
        } catch is ServerLacks {
            return (try await LocalRedisServer.start(arguments: options), nil)
        }
    }
    private static let used = Atomic<Int>(0)

    static func next() async throws -> ServerDatabase {
        let (plain, tls) = try await server.value
        return ServerDatabase(server: plain, tlsServer: tls, number: used.add(1, ordering: .relaxed).oldValue)
    }
}
