import CachetoryLocalServer
import CachetoryTestSupport
import Foundation
import Testing

@testable import CachetoryRedis

/// How the socket of a connection is made.
@Suite(.timeLimit(.minutes(5))) struct ConnectorTests {
    private static var soon: Timestamp { .now + .seconds(10) }

    /// An address of this machine where nobody listens.
    private static func closedAddress() throws -> [SocketAddress] {
        try SocketAddress.resolve(host: "127.0.0.1", port: LocalPort.findFree())
    }

    @Test func `small writes are sent at once, and an idle peer is probed`() async throws {
        let configuration = try await SharedServer.value.configuration
        try await onThread {
            let socket = try Connector.connect(configuration, until: Self.soon)
            let (noDelay, keepAlive) = (
                try socket.option(Int32(IPPROTO_TCP), TCP_NODELAY), try socket.option(SOL_SOCKET, SO_KEEPALIVE)
            )
            #expect(noDelay == 1)
            #expect(keepAlive == 1)
            let probes = try Self.probes(socket)
            #expect(probes == [30, 10, 3, 60_000])
            var hasty = configuration
            hasty.keepAliveIdle = .milliseconds(1500)
            hasty.keepAliveInterval = .milliseconds(1)
            hasty.keepAliveCount = 127
            hasty.unacknowledgedTimeout = .microseconds(1)
            let hastyProbes = try Self.probes(Connector.connect(hasty, until: Self.soon))
            #expect(hastyProbes == [2, 1, 127, 1])
            var silent = configuration
            silent.unacknowledgedTimeout = nil
            silent.keepAlive = false
            let other = try Connector.connect(silent, until: Self.soon)
            let isProbing = try other.option(SOL_SOCKET, SO_KEEPALIVE)
            #expect(isProbing == 0)
            let silentProbes = try Self.probes(other)
            #expect(silentProbes.last == 0)
        }
    }

    private static func probes(_ socket: borrowing Socket) throws -> [Int32] {
        let tcp = Int32(IPPROTO_TCP)
        return [
            try socket.option(tcp, TCP_KEEPIDLE), try socket.option(tcp, TCP_KEEPINTVL),
            try socket.option(tcp, TCP_KEEPCNT), try socket.option(tcp, TCP_USER_TIMEOUT),
        ]
    }

    @Test func `a socket does not block, and is not handed to child processes`() async throws {
        let server = try await SharedServer.value
        try await onThread {
            for configuration in [server.configuration, server.unixConfiguration] {
                let socket = try Connector.connect(configuration, until: Self.soon)
                let (status, flags) = (fcntl(socket.descriptor, F_GETFL), fcntl(socket.descriptor, F_GETFD))
                #expect(status & O_NONBLOCK != 0)
                #expect(flags & FD_CLOEXEC != 0)
            }
        }
    }

    @Test func `where the first address refuses, the next one is tried`() async throws {
        let server = try await SharedServer.value
        try await onThread {
            let addresses =
                try Self.closedAddress() + Self.closedAddress()
                + SocketAddress.resolve(host: "127.0.0.1", port: server.port)
            let socket = try Connector.connect(addresses, server.configuration, until: Self.soon)
            #expect(try Descriptors.connected(toPort: server.port) > 0)
            _ = consume socket
        }
    }

    @Test func `where all refuse, the error has the reason`() async throws {
        let configuration = RedisClientConfiguration()
        try await onThread {
            let error = #expect(throws: RedisCallError.self) {
                _ = try Connector.connect(
                    Self.closedAddress() + Self.closedAddress(), configuration, until: Self.soon)
            }
            #expect(error == .connectFailed(address: "localhost:6379", reason: "Connection refused"))
            #expect(throws: RedisCallError.connectFailed(address: "localhost:6379", reason: "the host has no address"))
            {
                _ = try Connector.connect([], configuration, until: Self.soon)
            }
        }
    }

    @Test func `an address that does not answer has its share of the time, no more`() async throws {
        let server = try await SharedServer.value
        try await onThread {
            // A listener whose queue is full answers nobody.
            let listener = try FullListener()
            let addresses =
                try SocketAddress.resolve(host: "127.0.0.1", port: listener.port)
                + SocketAddress.resolve(host: "127.0.0.1", port: server.port)
            let start = Timestamp.now
            _ = try Connector.connect(addresses, server.configuration, until: start + .seconds(4))
            #expect(Timestamp.now - start >= 2_000_000_000)
            let error = #expect(throws: RedisCallError.self) {
                _ = try Connector.connect(
                    [addresses[0]], server.configuration, until: .now + .milliseconds(50))
            }
            #expect(error?.description.contains("timed out") == true)
        }
    }

    @Test(arguments: ["/nonexistent/redis.sock", String(repeating: "long", count: 100)])
    func `a Unix socket that is not there is an error with the reason`(path: String) async throws {
        try await onThread {
            let error = #expect(throws: RedisCallError.self) {
                let configuration = RedisClientConfiguration(address: .unixSocket(path: path))
                _ = try Connector.connect(configuration, until: Self.soon)
            }
            guard case .connectFailed(address: path, _)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func `a name that does not exist is an error with the reason`() async throws {
        try await onThread {
            let error = #expect(throws: RedisCallError.self) {
                let configuration = RedisClientConfiguration(address: .tcp(host: "no-such-host.invalid", port: 6379))
                _ = try Connector.connect(configuration, until: Self.soon)
            }
            #expect(error?.description.contains("no-such-host.invalid:6379") == true)
        }
    }
}
