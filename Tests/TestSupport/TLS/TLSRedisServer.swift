package import CachetoryLocalServer

/// A real server that takes encrypted connections on one port and plain ones on another.
package struct TLSRedisServer: Sendable {
    package let server: LocalRedisServer
    package let certificates: Certificates
    package let port: Int

    /// How often to look for another port when somebody else was quicker.
    private static let attempts = 10

    /// - Parameter arguments: further options, such as `["--tls-auth-clients", "yes"]`.
    package static func start(
        _ identity: @Sendable (Certificates) -> Certificates.Pair, _ arguments: [String] = []
    ) async throws -> TLSRedisServer {
        let certificates = try await Certificates.made()
        let pair = identity(certificates)
        for attempt in 1... {
            let port = try LocalPort.findFree()
            let options = [
                "--tls-port", "\(port)", "--tls-cert-file", pair.certificate, "--tls-key-file", pair.key,
                "--tls-ca-cert-file", certificates.authority, "--tls-auth-clients", "no",
            ]
            do {
                let server = try await LocalRedisServer.start(arguments: options + arguments)
                return TLSRedisServer(server: server, certificates: certificates, port: port)
            } catch LocalServerError.exited(let log) where log.contains("in use") && attempt < attempts {
                continue
            } catch let error as LocalServerError where ServerLacks.isPossible && error.saysThereIsNoTLS {
                throw ServerLacks.tls
            }
        }
        throw CancellationError()
    }
}

extension LocalServerError {
    /// What servers say that were built without TLS; the first does not know the option, the other one knows it.
    var saysThereIsNoTLS: Bool {
        guard case .exited(let log) = self else { return false }
        return ["'tls-port ", "Failed finding TLS support"].contains { log.contains($0) }
    }
}
