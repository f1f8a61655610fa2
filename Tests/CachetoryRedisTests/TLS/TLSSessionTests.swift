import CachetoryLocking
import CachetoryRedis
import CachetoryTestSupport
import Testing

/// Sessions that a second connection resumes.
@Suite(.timeLimit(.minutes(5))) struct TLSSessionTests {
    private static let modern: [TLSPeer.Version] = [.tls12, .tls13]

    /// Connects once more, and says whether that resumed a session. The connection ends with its client.
    private func connect(
        _ context: TLSContext, to peer: TLSPeer, host: String = "localhost", closes: Bool = true
    ) throws -> Bool {
        try peer.startOver()
        let client = try TLSClient(context, host: host)
        try client.shakeHands(with: peer)
        _ = try client.read()
        if closes { client.close() }
        return client.isResumed
    }

    private func context(_ certificates: Certificates) throws -> TLSContext {
        try TLSContext(RedisTLSConfiguration(authorityFile: certificates.authority))
    }

    @Test(arguments: modern, [true, false])
    func `a session is resumed, however its connection ended`(
        _ version: TLSPeer.Version, closes: Bool
    ) async throws {
        let certificates = try await Certificates.made()
        let context = try context(certificates)
        let peer = try TLSPeer(.init(identity: certificates.server, version: version))
        #expect(try !connect(context, to: peer, closes: closes))
        for _ in 0..<5 { #expect(try connect(context, to: peer, closes: closes)) }
    }

    @Test func `several connections at once resume sessions of their own`() async throws {
        let certificates = try await Certificates.made()
        let context = try context(certificates)
        let peer = try TLSPeer(.init(identity: certificates.server))
        #expect(try !connect(context, to: peer))
        // A server of TLS 1.3 offers two sessions with a handshake.
        let clients = try (0..<3).map { _ in try TLSClient(context) }
        let resumed = try clients.map { client in
            try peer.startOver()
            try client.shakeHands(with: peer)
            return client.isResumed
        }
        #expect(resumed == [true, true, false])
    }

    @Test(arguments: modern) func `a session is never resumed under another name`(
        _ version: TLSPeer.Version
    ) async throws {
        let certificates = try await Certificates.made()
        let context = try context(certificates)
        let peer = try TLSPeer(.init(identity: certificates.server, version: version))
        #expect(try !connect(context, to: peer))
        #expect(throws: RedisTLSError.hostnameMismatch(expected: "elsewhere.example")) {
            try connect(context, to: peer, host: "elsewhere.example")
        }
        #expect(try !connect(context, to: peer, host: "127.0.0.1"))
        #expect(try connect(context, to: peer))
    }

    @Test(arguments: modern) func `a server that has forgotten a session shakes hands anew`(
        _ version: TLSPeer.Version
    ) async throws {
        let certificates = try await Certificates.made()
        let context = try context(certificates)
        let options = TLSPeer.Options(identity: certificates.server, version: version)
        #expect(try !connect(context, to: TLSPeer(options)))
        #expect(try !connect(context, to: TLSPeer(options)))
    }

    @Test(arguments: modern) func `a session is as old as the verification that it goes back to`(
        _ version: TLSPeer.Version
    ) async throws {
        let certificates = try await Certificates.made()
        let clock = Lock(Timestamp.now)
        let context = try TLSContext(RedisTLSConfiguration(authorityFile: certificates.authority)) {
            clock.withLock { $0 }
        }
        let peer = try TLSPeer(.init(identity: certificates.server, version: version))
        #expect(try !connect(context, to: peer))
        // Each of them is offered a session of its own, and has not seen the certificate.
        for _ in 0..<3 {
            clock.withLock { $0 = $0 + .seconds(199) }
            #expect(try connect(context, to: peer))
        }
        clock.withLock { $0 = $0 + .seconds(3) }
        #expect(try !connect(context, to: peer))
        #expect(try connect(context, to: peer))
    }
}
