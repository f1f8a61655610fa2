import CachetoryLocalServer
import CachetoryRedis
import CachetoryTestSupport

/// A way to a real server, through a proxy that breaks it.
enum ProxiedRoute: CaseIterable {
    case tcp, unix, tls

    /// Runs a test with a proxy of its own before a server that all such tests share.
    func withProxy<Result>(
        _ body: (FaultProxy, RedisClientConfiguration) async throws -> Result
    ) async throws -> Result {
        let (proxy, configuration) = try await open()
        do {
            let result = try await body(proxy, configuration)
            try await proxy.stop()
            return result
        } catch {
            try await proxy.stop()
            throw error
        }
    }

    private func open() async throws -> (FaultProxy, RedisClientConfiguration) {
        switch self {
        case .tcp:
            let proxy = try FaultProxy(toPort: await SharedServer.value.port)
            return (proxy, RedisClientConfiguration(address: .tcp(host: "127.0.0.1", port: proxy.port)).patient)
        case .unix:
            let server = try await SharedServer.value
            let path = "\(server.folder)/proxy-\(UInt64.random(in: 0...(.max))).sock"
            let proxy = try FaultProxy(toPort: server.port, listeningAt: path)
            return (proxy, RedisClientConfiguration(address: .unixSocket(path: path)).patient)
        case .tls:
            let server = try await Self.tlsServer.value
            let proxy = try FaultProxy(toPort: server.port)
            let tls = RedisTLSConfiguration(authorityFile: server.certificates.authority)
            return (proxy, .patient(port: proxy.port, tls: tls))
        }
    }

    private static let tlsServer = Task { try await TLSRedisServer.start { $0.server } }
}
