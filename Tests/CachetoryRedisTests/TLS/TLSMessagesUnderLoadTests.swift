import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// What a server of TLS may say between its replies, such as new keys, in pieces, while calls go on being made.
@Suite(.serialized, .timeLimit(.minutes(5))) struct TLSMessagesUnderLoadTests {
    /// A configuration for a server that asks for the client's certificate.
    private func configuration(_ server: HostileServer, _ certificates: Certificates) -> RedisClientConfiguration {
        var configuration = server.configuration(certificates)
        configuration.tls?.certificateFile = certificates.client.certificate
        configuration.tls?.keyFile = certificates.client.key
        return configuration
    }

    private static func peer(_ certificates: Certificates) throws -> TLSPeer {
        try TLSPeer(.init(identity: certificates.server, clientAuthority: certificates.authority, longestRecord: 512))
    }

    @Test(arguments: PoolKind.allCases, [UInt64(1), 2])
    func `keys and sessions in pieces cost no call`(_ kind: PoolKind, _ seed: UInt64) async throws {
        let certificates = try await Certificates.made()
        let redisPort = try await SharedServer.value.port
        let connections = Counter()
        let server = try HostileServer { connection in
            connections.add()
            let generator = SeededGenerator(seed: seed &* 1000 &+ UInt64(connections.count))
            var relay = TLSRelay(serverPort: redisPort, peer: try Self.peer(certificates), generator: generator)
            try relay.serve(connection)
        }
        try await kind.withPool(configuration(server, certificates)) { pool in
            try await withThrowingTaskGroup { group in
                for caller in 0..<24 {
                    group.addTask {
                        for call in 0..<40 {
                            let word = "\(caller)/\(call)"
                            let reply = try await pool.execute(["ECHO", .string(word)])
                            #expect(reply == .bulk(word), "seed \(seed)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            // None of the connections was lost.
            let open = await pool.connectionCount()
            #expect(connections.count == open)
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `a server that stops in the middle of a message costs no more than its deadline`(
        _ kind: PoolKind
    ) async throws {
        let certificates = try await Certificates.made()
        let connections = Counter()
        let server = try HostileServer { connection in
            connections.add()
            let isFirst = connections.count == 1
            let peer = try Self.peer(certificates)
            try connection.greet(peer)
            try connection.expectRequest(peer)
            peer.write(Array("+PONG\r\n".utf8))
            try connection.send(peer.takeCiphertext())
            if isFirst {
                peer.offerSession()
                peer.write(Array("+LATE\r\n".utf8))
                try connection.send(TLSRecords.split(peer.takeCiphertext())[0])
            }
            connection.waitForEnd()
        }
        var configuration = configuration(server, certificates)
        // Enough to shake hands on a busy machine: so long as nothing is sent, it is another error.
        configuration.commandTimeout = .seconds(2)
        configuration.pool.maxConnections = 1
        try await kind.withPool(configuration) { pool in
            #expect(try await pool.execute(["PING"]) == .simpleString("PONG"))
            let (time, error) = await timed {
                await #expect(throws: RedisCallError.self) { try await pool.execute(["PING"]) }
            }
            guard case .timedOut? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(time > .milliseconds(1900))
            #expect(time < busyMachine)
            let reply = try await eventuallyValue { try? await pool.execute(["PING"]) }
            #expect(reply == .simpleString("PONG"))
        }
    }
}
