import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// Async and blocking calls over a real server's encrypted port. One test at a time: each starts a server.
@Suite(.serialized, .mayNeedTLS, .timeLimit(.minutes(2))) struct TLSRedisTests {
    private static let ping: RESPCommand = ["PING"]
    private static let pong = RESPReply.simpleString("PONG")

    /// What one call says of TLS, where its connection cannot be made.
    private func tlsError(_ kind: PoolKind, _ configuration: RedisClientConfiguration) async -> RedisTLSError? {
        guard case .tlsFailed(let address, let error)? = await kind.error(Self.ping, configuration) else { return nil }
        #expect(address == "\(configuration.address)")
        return error
    }

    @Test(arguments: PoolKind.allCases, ["TLSv1.2", "TLSv1.3"])
    func `calls are encrypted`(_ kind: PoolKind, _ version: String) async throws {
        let server = try await TLSRedisServer.start(\.server, ["--tls-protocols", version])
        defer { server.server.stop() }
        try await kind.withPool(server.configuration()) { pool in
            let reply = try await pool.execute(Self.ping)
            #expect(reply == Self.pong)
            // Larger than what sockets buffer, in both directions.
            var value = Data(0..<251)
            while value.count < 8_000_000 { value += value }
            let stored = try await pool.execute(["SET", "k", .bytes(value)])
            #expect(stored == .simpleString("OK"))
            let read = try await pool.execute(["GET", "k"])
            #expect(read == .bulkString(value))
        }
    }

    @Test func `each of many tasks gets its own reply`() async throws {
        let server = try await TLSRedisServer.start(\.server)
        defer { server.server.stop() }
        let pool = try ConnectionPool(server.configuration())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<200 {
                group.addTask {
                    for call in 0..<50 {
                        let text = "\(task)/\(call)"
                        let reply = try await pool.execute(["ECHO", .string(text)])
                        #expect(reply == .bulkString(Data(text.utf8)))
                    }
                }
            }
            try await group.waitForAll()
        }
        await pool.close()
    }

    @Test func `each of many threads gets its own reply`() async throws {
        let server = try await TLSRedisServer.start(\.server)
        defer { server.server.stop() }
        let pool = try SyncConnectionPool(server.configuration())
        try await onThreads(16) { thread in
            for call in 0..<100 {
                let text = "\(thread)/\(call)"
                let reply = try pool.execute(["ECHO", .string(text)])
                #expect(reply == .bulkString(Data(text.utf8)))
            }
        }
        try await onThread { pool.close() }
    }

    // MARK: Whom the client believes

    @Test(arguments: PoolKind.allCases) func `an unknown authority is refused`(_ kind: PoolKind) async throws {
        let server = try await TLSRedisServer.start(\.server)
        defer { server.server.stop() }
        let configuration = server.configuration { $0.authorityFile = server.certificates.otherAuthority }
        // Redis sends its authority's own certificate along.
        let reason = "self-signed certificate in certificate chain"
        #expect(await tlsError(kind, configuration) == .unknownAuthority(reason: reason))
    }

    @Test(arguments: PoolKind.allCases) func `an expired certificate is refused`(_ kind: PoolKind) async throws {
        let server = try await TLSRedisServer.start(\.expired)
        defer { server.server.stop() }
        #expect(await tlsError(kind, server.configuration()) == .certificateExpired)
    }

    @Test(arguments: PoolKind.allCases)
    func `another host's certificate is refused`(_ kind: PoolKind) async throws {
        let server = try await TLSRedisServer.start(\.elsewhere)
        defer { server.server.stop() }
        let expected = RedisTLSError.hostnameMismatch(expected: "localhost")
        #expect(await tlsError(kind, server.configuration()) == expected)
        let unchecked = server.configuration { $0.checksHostname = false }
        #expect(try await kind.execute(Self.ping, unchecked) == Self.pong)
    }

    @Test(arguments: PoolKind.allCases)
    func `a certificate may be for an address`(_ kind: PoolKind) async throws {
        let server = try await TLSRedisServer.start(\.address)
        defer { server.server.stop() }
        #expect(try await kind.execute(Self.ping, server.configuration(host: "127.0.0.1")) == Self.pong)
        let expected = RedisTLSError.hostnameMismatch(expected: "localhost")
        #expect(await tlsError(kind, server.configuration()) == expected)
    }

    @Test(arguments: PoolKind.allCases) func `TLS 1.1 is refused`(_ kind: PoolKind) async throws {
        let old = ["--tls-protocols", "TLSv1.1", "--tls-ciphers", "DEFAULT@SECLEVEL=0"]
        let server = try await TLSRedisServer.start(\.server, old)
        defer { server.server.stop() }
        guard case .unsupportedVersion(let reason)? = await tlsError(kind, server.configuration()) else {
            Issue.record("the server was accepted, or refused for another reason")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test(arguments: PoolKind.allCases, [true, false])
    func `an authority that was removed is no longer trusted by pools that are open`(
        _ kind: PoolKind, inFolder: Bool
    ) async throws {
        let server = try await TLSRedisServer.start(\.server)
        defer { server.server.stop() }
        let folder = "\(server.certificates.folder)/\(UUID().uuidString)"
        try FileManager.default.copyItem(atPath: server.certificates.authorityFolder, toPath: folder)
        let configuration = server.configuration {
            $0.authorityFile = inFolder ? nil : "\(folder)/ca.crt"
            $0.authorityFolder = inFolder ? folder : nil
        }
        let admin = try ConnectionPool(url: server.server.unixURL)
        try await kind.withPool(configuration) { pool in
            for removes in [false, true] {
                if removes { try FileManager.default.removeItem(atPath: "\(folder)/ca.crt") }
                _ = try await admin.withConnection { connection in
                    try await connection.execute(["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"])
                }
                if removes {
                    // It may find out only now that its connection is gone.
                    let error = try await eventuallyValue {
                        do {
                            _ = try await pool.execute(Self.ping)
                            return RedisTLSError.other(reason: "it was trusted")
                        } catch RedisCallError.tlsFailed(_, let error) {
                            return error
                        } catch RedisCallError.connectionLost {}
                        return nil as RedisTLSError?
                    }
                    switch try #require(error) {
                    case .unknownAuthority: #expect(inFolder)
                    case .fileNotReadable: #expect(!inFolder)
                    case let error: Issue.record("\(error)")
                    }
                } else {
                    #expect(try await pool.execute(.reading("PING")) == Self.pong)
                }
            }
        }
        await admin.close()
    }

    // MARK: Whom the server believes

    @Test(arguments: PoolKind.allCases, ["TLSv1.2", "TLSv1.3"])
    func `a server may require a certificate`(_ kind: PoolKind, _ version: String) async throws {
        let required = ["--tls-auth-clients", "yes", "--tls-protocols", version]
        let server = try await TLSRedisServer.start(\.server, required)
        defer { server.server.stop() }

        #expect(await tlsError(kind, server.configuration()) == .clientCertificateRequired)
        let stranger = server.configuration {
            $0.certificateFile = server.certificates.stranger.certificate
            $0.keyFile = server.certificates.stranger.key
        }
        let reason = "tlsv1 alert unknown ca"
        #expect(await tlsError(kind, stranger) == .clientCertificateRejected(reason: reason))

        var client = server.configuration {
            $0.certificateFile = server.certificates.client.certificate
            $0.keyFile = server.certificates.encryptedKey
            $0.keyPassphrase = Certificates.passphrase
        }
        #expect(try await kind.execute(Self.ping, client) == Self.pong)
        client.tls?.keyPassphrase = "wrong"
        #expect(await tlsError(kind, client) == .wrongKeyPassphrase(file: server.certificates.encryptedKey))
    }

    @Test(arguments: PoolKind.allCases) func `users have their rights`(_ kind: PoolKind) async throws {
        let users = ["--user", "reader", "on", ">secret", "~*", "-@all", "+get", "+ping", "+client"]
        let server = try await TLSRedisServer.start(\.server, users)
        defer { server.server.stop() }
        var configuration = server.configuration()
        configuration.credentials = .init(username: "reader", password: "secret")
        #expect(try await kind.execute(["GET", "key"], configuration) == .null)
        guard case .server(let refusal)? = await kind.error(["SET", "key", "value"], configuration) else {
            Issue.record("the user has rights that nobody gave")
            return
        }
        #expect(refusal.code == "NOPERM")
        configuration.credentials = .init(username: "reader", password: "wrong")
        guard case .handshakeRefused(_, let refusal)? = await kind.error(Self.ping, configuration) else {
            Issue.record("the password was accepted")
            return
        }
        #expect(refusal.code == "WRONGPASS")
    }

    // MARK: Mistaken ports and files

    @Test(arguments: PoolKind.allCases)
    func `a missing file is an error before anything is sent`(_ kind: PoolKind) async throws {
        let file = "/nowhere/ca.pem"
        let configuration = RedisClientConfiguration(tls: RedisTLSConfiguration(authorityFile: file))
        let expected = RedisTLSError.fileNotReadable(path: file, reason: "No such file or directory")
        #expect(await tlsError(kind, configuration) == expected)
    }

    @Test(arguments: PoolKind.allCases)
    func `a plain port is an error in time`(_ kind: PoolKind) async throws {
        let server = try await TLSRedisServer.start(\.server)
        defer { server.server.stop() }
        var configuration = server.configuration()
        configuration.address = .tcp(host: "localhost", port: server.server.port)
        configuration.connectTimeout = .seconds(1)
        // Redis waits for the end of what it takes for a command, or complains about it.
        switch await kind.error(Self.ping, configuration) {
        case .tlsFailed(_, .notTLS)?, .tlsFailed(_, .truncated)?: break
        case .connectFailed(_, let reason)?: #expect(reason.contains("plain connections"))
        case let error: Issue.record("\(String(describing: error))")
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `a plain connection to an encrypted port is an error`(_ kind: PoolKind) async throws {
        let server = try await TLSRedisServer.start(\.server)
        defer { server.server.stop() }
        var configuration = server.configuration()
        configuration.tls = nil
        configuration.connectTimeout = .seconds(1)
        #expect(await kind.error(Self.ping, configuration) != nil)
    }

    // MARK: Connections one after the other

    @Test(arguments: ["TLSv1.2", "TLSv1.3"])
    func `a new connection resumes the session of an old one`(_ version: String) async throws {
        let server = try await TLSRedisServer.start(\.server, ["--tls-protocols", version])
        defer { server.server.stop() }
        let context = try TLSContext(#require(server.configuration().tls))
        let resumed = try await onThread {
            try (0..<4).map { _ in
                let deadline = Timestamp.now + .seconds(10)
                let address = try SocketAddress.resolve(host: "127.0.0.1", port: server.port)[0]
                let socket = try Socket.open(family: address.family)
                try socket.setBlocking(true, timeout: .seconds(10))
                try socket.connect(to: address)
                let stream = try TLSStream.connect(context, host: "localhost", over: socket, until: deadline)
                let channel = Channel(socket, tls: stream)
                var request = OutgoingBytes()
                Array("PING\r\n".utf8).withUnsafeBytes { request.copied.append($0) }
                #expect(try channel.send(&request))
                var parser = RESPParser()
                while try channel.receive(into: &parser, room: 1024, waits: true) {
                    if let reply = try parser.next() {
                        #expect(reply == Self.pong)
                        break
                    }
                }
                return stream.isResumed
            }
        }
        #expect(resumed == [false, true, true, true])
    }

    @Test(arguments: PoolKind.allCases)
    func `calls go on after the server has closed all connections`(_ kind: PoolKind) async throws {
        let server = try await TLSRedisServer.start(\.server)
        defer { server.server.stop() }
        let admin = try ConnectionPool(url: server.server.unixURL)
        try await kind.withPool(server.configuration()) { pool in
            for _ in 0..<3 {
                #expect(try await pool.execute(Self.ping) == Self.pong)
                let killed = try await admin.withConnection { connection in
                    try await connection.execute(["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"])
                }
                #expect(killed == .integer(1))
                #expect(try await pool.execute(.reading("GET", "key")) == .null)
            }
        }
        await admin.close()
    }
}
