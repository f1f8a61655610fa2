import CachetoryRedis
import CachetoryTestSupport
import Foundation

/// A server on 127.0.0.1 that does to each connection what the test tells it, on a thread of its own. It ends with this
/// object.
final class HostileServer: Sendable {
    private let listener: LoopbackListener

    var port: Int { listener.port }

    init(_ serve: @escaping @Sendable (HostileConnection) throws -> Void) throws {
        let listener = try LoopbackListener()
        self.listener = listener
        Thread.detachNewThread {
            while case let descriptor = acceptConnection(listener.descriptor), descriptor >= 0 {
                let connection = HostileConnection(descriptor)
                Thread.detachNewThread { try? serve(connection) }
            }
        }
    }

    /// A server of Redis over TLS up to the first request, whose answer is the test's.
    convenience init(
        _ certificates: Certificates, answering answer: @escaping @Sendable (HostileConnection, TLSPeer) throws -> Void
    ) throws {
        try self.init { connection in
            let peer = try TLSPeer(.init(identity: certificates.server))
            try connection.greet(peer)
            try connection.expectRequest(peer)
            try answer(connection, peer)
        }
    }

    deinit {
        // The thread holds the listener, which is closed once `accept` has returned.
        _ = shutdown(listener.descriptor, Int32(SHUT_RDWR))
    }

    /// A configuration for it, which trusts the tests' authority.
    func configuration(_ certificates: Certificates) -> RedisClientConfiguration {
        .patient(port: port, tls: RedisTLSConfiguration(authorityFile: certificates.authority))
    }
}

/// The server's end of a connection, closed with this object without a word. Blocks its thread.
///
/// `@unchecked Sendable`: it passes from the thread that accepts it to the one that serves it.
final class HostileConnection: @unchecked Sendable {
    private let descriptor: Int32

    /// Connects to a port of this machine, as the client of another server.
    convenience init(toPort port: Int) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        let isConnected = withUnsafeBytes(of: address) { bytes in
            connect(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count)) == 0
        }
        self.init(descriptor)
        if !isConnected { throw Ended() }
    }

    fileprivate init(_ descriptor: Int32) {
        self.descriptor = descriptor
        // A client that never hangs up must not keep the thread for ever.
        var patience = (seconds: 30, microseconds: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout.size(ofValue: patience)))
    }

    deinit {
        close(descriptor)
    }

    struct Ended: Error {}

    /// Waits for bytes.
    func receive() throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 16 * 1024)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { throw Ended() }
        return Array(bytes.prefix(count))
    }

    func send(_ bytes: some Sequence<UInt8>) throws {
        let bytes = Array(bytes)
        guard Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw Ended()
        }
    }

    /// Waits until either connection has something to be received, be it its end.
    static func waitForAny(_ first: HostileConnection, _ second: HostileConnection) throws -> (Bool, Bool) {
        var entries = [first, second].map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        guard poll(&entries, 2, 30_000) > 0 else { throw Ended() }
        return (entries[0].revents != 0, entries[1].revents != 0)
    }

    /// Waits until the client has hung up.
    func waitForEnd() {
        while (try? receive()) != nil {}
    }

    /// Shakes hands as a server of TLS, and answers the greeting as a server of Redis.
    func greet(_ peer: TLSPeer) throws {
        while !peer.shakeHands() {
            try send(peer.takeCiphertext())
            peer.feed(try receive())
        }
        try send(peer.takeCiphertext())
        try expectRequest(peer)
        // HELLO, and twice CLIENT SETINFO.
        peer.write(Array("%0\r\n+OK\r\n+OK\r\n".utf8))
        try send(peer.takeCiphertext())
    }

    /// Waits for a request.
    func expectRequest(_ peer: TLSPeer) throws {
        while peer.read().isEmpty { peer.feed(try receive()) }
    }
}
