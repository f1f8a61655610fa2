import CachetoryRedis
import CachetoryTestSupport
import Testing

/// A client and a server that talk in this process, without a socket.
@Suite(.timeLimit(.minutes(5))) struct TLSEngineTests {
    private static let modern: [TLSPeer.Version] = [.tls12, .tls13]

    private struct Ends {
        let client: TLSClient
        let peer: TLSPeer
    }

    /// Both ends after the handshake, the server's last messages read.
    private func connected(_ version: TLSPeer.Version = .tls13) async throws -> Ends {
        let certificates = try await Certificates.made()
        let client = try TLSClient(RedisTLSConfiguration(authorityFile: certificates.authority))
        let peer = try TLSPeer(.init(identity: certificates.server, version: version))
        try client.shakeHands(with: peer)
        #expect(try client.read() == [])
        return Ends(client: client, peer: peer)
    }

    /// Long enough for several records.
    private static let long = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    @Test(arguments: modern) func `plaintext goes both ways`(_ version: TLSPeer.Version) async throws {
        let ends = try await connected(version)
        #expect(ends.client.version == (version == .tls13 ? "TLSv1.3" : "TLSv1.2"))
        for plaintext in [Array("PING\r\n".utf8), Self.long] {
            // In pieces, as `encrypt` wants it.
            for start in stride(from: 0, to: plaintext.count, by: TLSEngine.piece) {
                try ends.client.write(Array(plaintext[start..<min(start + TLSEngine.piece, plaintext.count)]))
            }
            ends.peer.feed(ends.client.takeCiphertext())
            #expect(ends.peer.read() == plaintext)

            ends.peer.write(plaintext)
            ends.client.feed(ends.peer.takeCiphertext())
            #expect(try ends.client.read() == plaintext)
            #expect(ends.client.unreadBytes == 0)
        }
    }

    @Test(arguments: modern) func `a handshake may come byte by byte`(_ version: TLSPeer.Version) async throws {
        let certificates = try await Certificates.made()
        let client = try TLSClient(RedisTLSConfiguration(authorityFile: certificates.authority))
        let peer = try TLSPeer(.init(identity: certificates.server, version: version))
        while !client.isReady {
            _ = try client.shakeHands()
            peer.feed(client.takeCiphertext())
            peer.shakeHands()
            for byte in peer.takeCiphertext() {
                client.feed([byte])
                _ = try client.shakeHands()
            }
        }
        peer.feed(client.takeCiphertext())
        #expect(peer.shakeHands())
    }

    @Test(arguments: modern) func `a record cut at any byte is not there yet`(_ version: TLSPeer.Version) async throws {
        let ends = try await connected(version)
        ends.peer.write(Array("+PONG\r\n".utf8))
        let record = ends.peer.takeCiphertext()
        for byte in record.dropLast() {
            ends.client.feed([byte])
            #expect(try ends.client.read() == [])
            #expect(!ends.client.isEnded)
        }
        ends.client.feed(record.suffix(1))
        #expect(try ends.client.read() == Array("+PONG\r\n".utf8))
    }

    @Test(arguments: modern) func `a record with any byte changed is an error`(_ version: TLSPeer.Version) async throws
    {
        // The type, version and length of the record too: 5 bytes.
        for position in 0..<30 {
            let ends = try await connected(version)
            ends.peer.write(Array("+PONG\r\n".utf8))
            var record = ends.peer.takeCiphertext()
            record[min(position, record.count - 1)] ^= 0x55
            ends.client.feed(record)
            // A length that grew by a change makes the client wait for a longer record, which then fails.
            ends.client.feed([UInt8](repeating: 0, count: 32 * 1024))
            #expect(throws: RedisTLSError.self) { try ends.client.read() }
            // And for ever.
            #expect(throws: RedisTLSError.self) { try ends.client.read() }
            #expect(throws: RedisTLSError.self) { try ends.client.write([1]) }
        }
    }

    @Test func `many small commands go in as few records as they fit`() async throws {
        let ends = try await connected()
        _ = ends.client.takeCiphertext()
        let commands = Array(String(repeating: "*1\r\n$4\r\nPING\r\n", count: 3000).utf8)
        try ends.client.write(commands)
        var ciphertext = ends.client.takeCiphertext()[...]
        var records = 0
        while ciphertext.count >= 5 {
            let header = Array(ciphertext.prefix(5))
            ciphertext = ciphertext.dropFirst(5 + Int(header[3]) << 8 + Int(header[4]))
            records += 1
        }
        #expect(records == (commands.count + 16383) / 16384)
    }

    @Test func `plaintext that exceeds the room comes in parts`() async throws {
        let ends = try await connected()
        ends.peer.write(Self.long)
        ends.client.feed(ends.peer.takeCiphertext())
        #expect(try ends.client.read(room: 1000) == Self.long)
    }

    @Test func `keys may change at any time`() async throws {
        let ends = try await connected()
        for round in UInt8(0)..<20 {
            ends.peer.updateKeys()
            ends.peer.write([round])
            ends.client.feed(ends.peer.takeCiphertext())
            #expect(try ends.client.read() == [round])
            try ends.client.write([round, round])
            ends.peer.feed(ends.client.takeCiphertext())
            #expect(ends.peer.read() == [round, round])
        }
    }

    @Test(arguments: modern) func `a server that asks without end is cut off`(_ version: TLSPeer.Version) async throws {
        let ends = try await connected(version)
        #expect(throws: RedisTLSError.self) {
            for _ in 0..<10_000 {
                version == .tls12 ? ends.peer.renegotiate() : ends.peer.updateKeys()
                ends.client.feed(ends.peer.takeCiphertext())
                _ = try ends.client.read()
            }
        }
    }

    @Test(arguments: modern) func `an end is told from silence`(_ version: TLSPeer.Version) async throws {
        let ends = try await connected(version)
        ends.peer.write([1, 2, 3])
        ends.peer.close()
        ends.client.feed(ends.peer.takeCiphertext())
        #expect(try ends.client.read() == [1, 2, 3])
        #expect(ends.client.isEnded)
        #expect(try ends.client.read() == [])

        ends.client.close()
        ends.peer.feed(ends.client.takeCiphertext())
        #expect(ends.peer.read() == [])
        #expect(ends.peer.isEnded)
    }

    @Test func `what is written in the middle of a message of the server's goes out behind it`() async throws {
        let certificates = try await Certificates.made()
        let client = try TLSClient(
            RedisTLSConfiguration(
                authorityFile: certificates.authority, certificateFile: certificates.client.certificate,
                keyFile: certificates.client.key))
        // The offer to resume a session has the client's certificate in it, so it takes two records.
        let peer = try TLSPeer(
            .init(identity: certificates.server, clientAuthority: certificates.authority, longestRecord: 512))
        try client.shakeHands(with: peer)
        #expect(try client.read() == [])
        for round in UInt8(0)..<10 {
            peer.offerSession()
            peer.write([round])
            let records = TLSRecords.split(peer.takeCiphertext())
            #expect(records.count == 3)
            for record in records.dropLast(2) {
                client.feed(record)
                #expect(try client.read() == [])
                #expect(client.isHeldUp)
                #expect(try !client.write([round, round]))
                #expect(client.takeCiphertext() == [])
            }
            for record in records.suffix(2) { client.feed(record) }
            #expect(try client.read() == [round])
            #expect(!client.isHeldUp)
            #expect(try client.write([round, round]))
            peer.feed(client.takeCiphertext())
            #expect(peer.read() == [round, round])
        }
    }
}
