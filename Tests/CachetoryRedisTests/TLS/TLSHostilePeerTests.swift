import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// Servers that break the encrypted stream: an error in time, and never half a value.
@Suite(.timeLimit(.minutes(2))) struct TLSHostilePeerTests {
    private static let get: RESPCommand = ["GET", "key"]

    /// What a call says that was cut off.
    private func reason(_ kind: PoolKind, _ configuration: RedisClientConfiguration) async -> String? {
        guard case .connectionLost(let reason, .unknown)? = await kind.error(Self.get, configuration) else {
            return nil
        }
        return reason
    }

    /// Opens one connection on a thread of its own.
    private func open(_ configuration: RedisClientConfiguration) async throws -> RedisCallError? {
        try await onThread {
            do throws(RedisCallError) {
                _ = try BlockingConnection.open(configuration, until: .now + configuration.connectTimeout)
                return nil
            } catch {
                return error
            }
        }
    }

    // MARK: In the middle of a reply

    @Test(arguments: PoolKind.allCases)
    func `a stream cut in the middle of a reply is an error`(_ kind: PoolKind) async throws {
        let certificates = try await Certificates.made()
        let server = try HostileServer(certificates) { connection, peer in
            peer.write(Array("$5\r\nhel".utf8))
            try connection.send(peer.takeCiphertext())
        }
        #expect(await reason(kind, server.configuration(certificates)) == RedisTLSError.truncated.description)
    }

    @Test(arguments: PoolKind.allCases)
    func `a stream that ends in the middle of a reply is an error`(_ kind: PoolKind) async throws {
        let certificates = try await Certificates.made()
        let server = try HostileServer(certificates) { connection, peer in
            peer.write(Array("$5\r\nhel".utf8))
            peer.close()
            try connection.send(peer.takeCiphertext())
            // The client must not wait for this end, too.
            connection.waitForEnd()
        }
        #expect(await reason(kind, server.configuration(certificates)) == "the server closed it")
    }

    @Test(arguments: PoolKind.allCases)
    func `a reply before the end of the stream counts`(_ kind: PoolKind) async throws {
        let certificates = try await Certificates.made()
        let server = try HostileServer(certificates) { connection, peer in
            peer.write(Array("$5\r\nhello\r\n".utf8))
            peer.close()
            try connection.send(peer.takeCiphertext())
            connection.waitForEnd()
        }
        // And the connection is not used again: the second call gets one of its own.
        try await kind.withPool(server.configuration(certificates)) { pool in
            for _ in 0..<2 {
                let reply = try await pool.execute(.reading("GET", "key"))
                #expect(reply == .bulkString(Data("hello".utf8)))
            }
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `a record cut at any byte is an error`(_ kind: PoolKind) async throws {
        let certificates = try await Certificates.made()
        let recordBytes = 5 + 11 + 1 + 16  // its header, the reply, the type and the tag
        for length in 0..<recordBytes {
            let server = try HostileServer(certificates) { connection, peer in
                peer.write(Array("$5\r\nhello\r\n".utf8))
                let record = peer.takeCiphertext()
                #expect(record.count == recordBytes)
                try connection.send(record.prefix(length))
            }
            #expect(await reason(kind, server.configuration(certificates)) == RedisTLSError.truncated.description)
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `garbage behind a reply is an error for what comes after`(_ kind: PoolKind) async throws {
        let certificates = try await Certificates.made()
        let server = try HostileServer(certificates) { connection, peer in
            peer.write(Array("$5\r\nhello\r\n".utf8))
            try connection.send(peer.takeCiphertext() + [UInt8](repeating: 0x17, count: 1000))
            connection.waitForEnd()
        }
        let reply = try await kind.execute(Self.get, server.configuration(certificates))
        #expect(reply == .bulkString(Data("hello".utf8)))
    }

    @Test(arguments: PoolKind.allCases)
    func `a reply may come in many small records`(_ kind: PoolKind) async throws {
        let certificates = try await Certificates.made()
        let server = try HostileServer(certificates) { connection, peer in
            for byte in "$5\r\nhello\r\n".utf8 {
                peer.updateKeys()
                peer.write([byte])
                for half in [peer.takeCiphertext()].flatMap({ [$0.prefix(9), $0.dropFirst(9)] }) {
                    try connection.send(half)
                }
            }
            connection.waitForEnd()
        }
        let reply = try await kind.execute(Self.get, server.configuration(certificates))
        #expect(reply == .bulkString(Data("hello".utf8)))
    }

    // MARK: In the middle of the handshake

    @Test(arguments: [TLSPeer.Version.tls12, .tls13])
    func `a handshake cut anywhere is an error`(_ version: TLSPeer.Version) async throws {
        let certificates = try await Certificates.made()
        let flight = try {
            let peer = try TLSPeer(.init(identity: certificates.server, version: version))
            let client = try TLSClient(RedisTLSConfiguration(authorityFile: certificates.authority))
            _ = try client.shakeHands()
            peer.feed(client.takeCiphertext())
            peer.shakeHands()
            return peer.takeCiphertext().count
        }()
        // Signatures differ in length by a few bytes.
        for length in stride(from: 0, to: flight - 10, by: 23) {
            let server = try HostileServer { connection in
                let peer = try TLSPeer(.init(identity: certificates.server, version: version))
                peer.feed(try connection.receive())
                peer.shakeHands()
                try connection.send(peer.takeCiphertext().prefix(length))
            }
            let configuration = server.configuration(certificates)
            let expected = RedisCallError.tlsFailed(address: "\(configuration.address)", .truncated)
            #expect(try await open(configuration) == expected)
        }
    }

    @Test(arguments: 0..<20) func `garbage instead of a handshake is an error`(_ seed: UInt64) async throws {
        let certificates = try await Certificates.made()
        let server = try HostileServer { connection in
            var generator = SeededGenerator(seed: seed)
            _ = try connection.receive()
            try connection.send((0..<20_000).map { _ in UInt8.random(in: 0...255, using: &generator) })
            connection.waitForEnd()
        }
        guard case .tlsFailed? = try await open(server.configuration(certificates)) else {
            Issue.record("garbage was taken for a handshake")
            return
        }
    }

    @Test func `a silent server is given up in time`() async throws {
        let certificates = try await Certificates.made()
        let server = try HostileServer { $0.waitForEnd() }
        var configuration = server.configuration(certificates)
        configuration.connectTimeout = .milliseconds(500)
        guard case .connectFailed(_, let reason)? = try await open(configuration) else {
            Issue.record("it connected, or failed for another reason")
            return
        }
        #expect(reason.contains("no answer to the TLS handshake"))
    }

    @Test func `a handshake byte by byte is given up in time`() async throws {
        let certificates = try await Certificates.made()
        // The header of a record of 16 KiB, which never ends.
        let server = try HostileServer { connection in
            try connection.send([22, 3, 3, 0x40, 0])
            while true { try connection.send([0]) }
        }
        var configuration = server.configuration(certificates)
        configuration.connectTimeout = .milliseconds(500)
        #expect(try await open(configuration) != nil)
    }

    // MARK: The other way round

    @Test(arguments: PoolKind.allCases)
    func `a client says that it hangs up`(_ kind: PoolKind) async throws {
        let certificates = try await Certificates.made()
        let (ends, end) = AsyncStream.makeStream(of: Bool.self)
        let server = try HostileServer(certificates) { connection, peer in
            peer.write(Array("+PONG\r\n".utf8))
            try connection.send(peer.takeCiphertext())
            while let bytes = try? connection.receive() { peer.feed(bytes) }
            _ = peer.read()
            end.yield(peer.isEnded)
            end.finish()
        }
        #expect(try await kind.execute(["PING"], server.configuration(certificates)) == .simpleString("PONG"))
        var iterator = ends.makeAsyncIterator()
        #expect(await iterator.next() == true)
    }
}
