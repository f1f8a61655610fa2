import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// What a client believes, and what it is told.
@Suite(.timeLimit(.minutes(5))) struct TLSHandshakeTests {
    private static let modern: [TLSPeer.Version] = [.tls12, .tls13]

    /// Certificates by their names, for tables.
    enum Identity: CaseIterable, Sendable {
        case server, address, elsewhere, expired

        func pair(_ certificates: Certificates) -> Certificates.Pair {
            switch self {
            case .server: certificates.server
            case .address: certificates.address
            case .elsewhere: certificates.elsewhere
            case .expired: certificates.expired
            }
        }
    }

    @Test(arguments: [
        (Identity.server, "localhost"), (.server, "LOCALHOST"), (.server, "localhost."), (.server, "127.0.0.1"),
        (.server, "::1"), (.server, "0:0:0:0:0:0:0:1"), (.server, "::1%lo"), (.address, "127.0.0.1"),
        (.elsewhere, "elsewhere.example"),
    ]) func `a certificate for the host is accepted`(_ identity: Identity, host: String) async throws {
        let certificates = try await Certificates.made()
        for version in Self.modern {
            let client = try TLSClient(RedisTLSConfiguration(authorityFile: certificates.authority), host: host)
            try client.shakeHands(with: TLSPeer(.init(identity: identity.pair(certificates), version: version)))
            #expect(client.isReady)
        }
    }

    @Test(arguments: [
        (Identity.elsewhere, "localhost"), (.elsewhere, "127.0.0.1"), (.address, "localhost"),
        (.address, "127.0.0.2"), (.server, "::2"), (.server, "local"), (.server, "a.localhost"),
        (.elsewhere, "elsewhere.example.org"),
    ]) func `another host's certificate is refused`(_ identity: Identity, host: String) async throws {
        let certificates = try await Certificates.made()
        let client = try TLSClient(RedisTLSConfiguration(authorityFile: certificates.authority), host: host)
        let peer = try TLSPeer(.init(identity: identity.pair(certificates)))
        #expect(throws: RedisTLSError.hostnameMismatch(expected: host)) { try client.shakeHands(with: peer) }
    }

    @Test func `the configured name is expected instead of the host's`() async throws {
        let certificates = try await Certificates.made()
        let configuration = RedisTLSConfiguration(
            serverName: "elsewhere.example", authorityFile: certificates.authority)
        let client = try TLSClient(configuration, host: "127.0.0.1")
        let peer = try TLSPeer(.init(identity: certificates.elsewhere))
        try client.shakeHands(with: peer)
        #expect(peer.requestedName == "elsewhere.example")
    }

    @Test(arguments: [("localhost", "localhost"), ("localhost.", "localhost"), ("127.0.0.1", nil), ("::1", nil)])
    func `a server is asked for by name, and not by address`(host: String, name: String?) async throws {
        let certificates = try await Certificates.made()
        let client = try TLSClient(RedisTLSConfiguration(authorityFile: certificates.authority), host: host)
        let peer = try TLSPeer(.init(identity: certificates.server))
        try client.shakeHands(with: peer)
        #expect(peer.requestedName == name)
    }

    @Test func `an expired certificate is refused`() async throws {
        let certificates = try await Certificates.made()
        let client = try TLSClient(RedisTLSConfiguration(authorityFile: certificates.authority))
        let peer = try TLSPeer(.init(identity: certificates.expired))
        #expect(throws: RedisTLSError.certificateExpired) { try client.shakeHands(with: peer) }
    }

    @Test(arguments: [true, false]) func `an unknown authority is refused`(_ trustsTheSystem: Bool) async throws {
        let certificates = try await Certificates.made()
        let authority = trustsTheSystem ? nil : certificates.otherAuthority
        let client = try TLSClient(RedisTLSConfiguration(authorityFile: authority))
        let peer = try TLSPeer(.init(identity: certificates.server))
        let error = #expect(throws: RedisTLSError.self) { try client.shakeHands(with: peer) }
        guard case .unknownAuthority(let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason == "unable to get local issuer certificate")
    }

    @Test func `authorities may come from a file, a folder or a text`() async throws {
        let certificates = try await Certificates.made()
        let text = try String(contentsOfFile: certificates.authority, encoding: .utf8)
        let other = try String(contentsOfFile: certificates.otherAuthority, encoding: .utf8)
        let configurations = [
            RedisTLSConfiguration(authorityFile: certificates.authority),
            RedisTLSConfiguration(authorityFolder: certificates.authorityFolder),
            RedisTLSConfiguration(authorityData: text),
            RedisTLSConfiguration(authorityData: "Two of them:\n\(other)\n\(text)"),
            RedisTLSConfiguration(authorityFile: certificates.otherAuthority, authorityData: text),
        ]
        for configuration in configurations {
            let client = try TLSClient(configuration)
            try client.shakeHands(with: TLSPeer(.init(identity: certificates.server)))
            #expect(client.isReady)
        }
    }

    @Test(arguments: Identity.allCases)
    func `without verification any server is believed`(_ identity: Identity) async throws {
        let certificates = try await Certificates.made()
        let client = try TLSClient(RedisTLSConfiguration(verification: .none))
        try client.shakeHands(with: TLSPeer(.init(identity: identity.pair(certificates))))
        #expect(client.isReady)
    }

    @Test func `without a check of the name another host's certificate is accepted`() async throws {
        let certificates = try await Certificates.made()
        let client = try TLSClient(RedisTLSConfiguration(checksHostname: false, authorityFile: certificates.authority))
        try client.shakeHands(with: TLSPeer(.init(identity: certificates.elsewhere)))
        #expect(client.isReady)
    }

    // MARK: Versions

    @Test(arguments: [(TLSPeer.Version.tls11, RedisTLSConfiguration.Version.tls12), (.tls12, .tls13), (.tls11, .tls13)])
    func `a server of an older version is refused`(
        _ version: TLSPeer.Version, minimum: RedisTLSConfiguration.Version
    ) async throws {
        let certificates = try await Certificates.made()
        let client = try TLSClient(
            RedisTLSConfiguration(authorityFile: certificates.authority, minimumVersion: minimum))
        let peer = try TLSPeer(.init(identity: certificates.server, version: version))
        let error = #expect(throws: RedisTLSError.self) {
            // The server's own refusal comes as an alert, which is its last word.
            do { try client.shakeHands(with: peer) } catch is TLSPeer.Failure { _ = try client.shakeHands() }
        }
        guard case .unsupportedVersion? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    // MARK: The client's certificate

    /// What comes of a handshake whose server wants a certificate of the client.
    private func outcome(
        _ version: TLSPeer.Version, _ identity: (Certificates) -> Certificates.Pair?
    ) async throws -> RedisTLSError? {
        let certificates = try await Certificates.made()
        let pair = identity(certificates)
        let configuration = RedisTLSConfiguration(
            authorityFile: certificates.authority, certificateFile: pair?.certificate, keyFile: pair?.key)
        let client = try TLSClient(configuration)
        let peer = try TLSPeer(
            .init(identity: certificates.server, version: version, clientAuthority: certificates.authority))
        do {
            try client.shakeHands(with: peer)
            // In TLS 1.3 the client is ready before the server has looked at its certificate.
            _ = try client.read()
            return nil
        } catch let error as RedisTLSError {
            return error
        }
    }

    @Test(arguments: modern) func `a client shows its certificate`(_ version: TLSPeer.Version) async throws {
        #expect(try await outcome(version) { $0.client } == nil)
    }

    @Test(arguments: modern) func `a missing certificate of the client is told`(
        _ version: TLSPeer.Version
    ) async throws {
        #expect(try await outcome(version) { _ in nil } == .clientCertificateRequired)
    }

    @Test(arguments: modern) func `a client whose authority is unknown is told so`(
        _ version: TLSPeer.Version
    ) async throws {
        let reason = "tlsv1 alert unknown ca"
        #expect(try await outcome(version) { $0.stranger } == .clientCertificateRejected(reason: reason))
    }

    // MARK: What is no TLS

    @Test func `a plain server's answer is told from TLS`() throws {
        let client = try TLSClient(RedisTLSConfiguration())
        _ = try client.shakeHands()
        client.feed("-ERR unknown command\r\n".utf8)
        #expect(throws: RedisTLSError.notTLS) { try client.shakeHands() }
    }

    @Test(arguments: 0..<50) func `garbage is an error`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let client = try TLSClient(RedisTLSConfiguration(verification: .none))
        _ = try client.shakeHands()
        // Every other one looks like the header of a handshake's record.
        if seed.isMultiple(of: 2) { client.feed([22, 3, 3, 0, 100]) }
        client.feed((0..<40_000).map { _ in UInt8.random(in: 0...255, using: &generator) })
        #expect(throws: RedisTLSError.self) { try client.shakeHands() }
        #expect(throws: RedisTLSError.self) { try client.shakeHands() }
    }

    @Test(arguments: modern) func `a handshake cut at any byte is never done`(
        _ version: TLSPeer.Version
    ) async throws {
        let certificates = try await Certificates.made()
        let context = try TLSContext(RedisTLSConfiguration(authorityFile: certificates.authority))
        let peer = try TLSPeer(.init(identity: certificates.server, version: version))
        let client = try TLSClient(context)
        _ = try client.shakeHands()
        peer.feed(client.takeCiphertext())
        peer.shakeHands()
        let answer = peer.takeCiphertext()
        for byte in answer.dropLast() {
            client.feed([byte])
            #expect(try !client.shakeHands())
        }
    }
}
