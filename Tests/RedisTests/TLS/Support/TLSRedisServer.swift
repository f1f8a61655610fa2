import Foundation
import LocalServer
import Redis

/// A real server that takes encrypted connections on one port and plain ones on another.
struct TLSRedisServer: Sendable {
    let server: LocalRedisServer
    let certificates: Certificates
    let port: Int

    /// How often to look for another port when somebody else was quicker.
    private static let attempts = 10

    /// - Parameter arguments: further options, such as `["--tls-auth-clients", "yes"]`.
    static func start(
        _ identity: @Sendable (Certificates) -> Certificates.Pair, _ arguments: [String] = []
    ) async throws -> TLSRedisServer {
        let certificates = try await Certificates.made()
        let pair = identity(certificates)
        for attempt in 1... {
            let port = try freePort()
            let options = [
                "--tls-port", "\(port)", "--tls-cert-file", pair.certificate, "--tls-key-file", pair.key,
                "--tls-ca-cert-file", certificates.authority, "--tls-auth-clients", "no",
            ]
            do {
                let server = try await LocalRedisServer.start(arguments: options + arguments)
                return TLSRedisServer(server: server, certificates: certificates, port: port)
            } catch LocalServerError.exited(let log) where log.contains("in use") && attempt < attempts {
                continue
            }
        }
        throw CancellationError()
    }

    /// A configuration for it, which trusts the tests' authority.
    func configuration(
        host: String = "localhost", _ change: (inout TLSConfiguration) -> Void = { _ in }
    ) -> RedisConfiguration {
        var tls = TLSConfiguration(authorityFile: certificates.authority)
        change(&tls)
        return .patient(host: host, port: port, tls: tls)
    }

    private static func freePort() throws -> Int {
        try LoopbackListener().port
    }
}

extension RedisConfiguration {
    /// With time limits that a machine which is busy with other tests does not reach.
    static func patient(host: String = "localhost", port: Int, tls: TLSConfiguration) -> RedisConfiguration {
        RedisConfiguration(
            address: .tcp(host: host, port: port), tls: tls, connectTimeout: .seconds(60),
            commandTimeout: .seconds(60))
    }
}

/// A listening socket on a free port of 127.0.0.1, closed with this object.
final class LoopbackListener: Sendable {
    let descriptor: Int32
    let port: Int

    init() throws {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, type, 0)
        guard descriptor >= 0 else { throw Errno.current }
        self.descriptor = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
            return bind(descriptor, pointer, length) == 0 && listen(descriptor, 64) == 0
                && getsockname(descriptor, pointer, &length) == 0
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard status else {
            let error = Errno.current
            close(descriptor)
            throw error
        }
    }

    deinit {
        close(descriptor)
    }
}
