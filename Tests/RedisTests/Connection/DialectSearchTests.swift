import Testing

@testable import Redis

@Suite struct DialectSearchTests {
    /// A peer that closes the connection at what it does not know.
    private struct Peer {
        var knowsHello = true
        var knowsClient = true
        /// Whether it answers what came before.
        var answersFirst = false
        /// So many connections it closes whatever was said.
        var accidents = 0
        var saysHello = true

        /// What a handshake ends with; nil if it succeeds.
        mutating func end(of dialect: PeerDialect) -> Handshake.End? {
            let saidHello = saysHello && dialect.knowsHello
            let isUnknown = saidHello && !knowsHello || dialect.knowsClient && !knowsClient
            if accidents == 0, !isUnknown { return nil }
            accidents = max(0, accidents - 1)
            return Handshake.End(
                dialect: dialect, saidHello: saidHello, isHelloAnswered: answersFirst && knowsHello,
                saidClient: dialect.knowsClient)
        }
    }

    /// - Returns: what is found, or nil if the search was given up; and how many connections that took.
    private func search(_ peer: Peer, from known: PeerDialect = PeerDialect()) -> (
        found: PeerDialect?, connections: Int
    ) {
        var (peer, search, connections) = (peer, DialectSearch(from: known), 0)
        while true {
            connections += 1
            if let end = peer.end(of: search.dialect) {
                if !search.hangUp(at: end) { return (nil, connections) }
            } else if search.succeed(in: search.dialect) {
                return (search.dialect, connections)
            }
        }
    }

    private func dialect(hello: Bool, client: Bool) -> PeerDialect {
        var dialect = PeerDialect()
        (dialect.knowsHello, dialect.knowsClient) = (hello, client)
        return dialect
    }

    @Test func `a peer that knows all is not searched`() {
        #expect(search(Peer()) == (PeerDialect(), 1))
    }

    @Test func `what closes the connection is found, and confirmed`() {
        #expect(search(Peer(knowsHello: false)) == (dialect(hello: false, client: true), 4))
        #expect(search(Peer(knowsHello: false, knowsClient: false)) == (dialect(hello: false, client: false), 5))
        #expect(search(Peer(knowsClient: false, answersFirst: true)) == (dialect(hello: true, client: false), 4))
        #expect(search(Peer(knowsClient: false, saysHello: false)) == (dialect(hello: true, client: false), 4))
    }

    @Test func `what was found is not searched again`() {
        let known = dialect(hello: false, client: false)
        #expect(search(Peer(knowsHello: false, knowsClient: false), from: known) == (known, 1))
    }

    @Test(arguments: 1...2)
    func `a server that was restarted is not taken for one that knows less`(accidents: Int) {
        #expect(search(Peer(accidents: accidents)) == (PeerDialect(), accidents + 2))
    }

    @Test func `a peer that closes every connection is given up`() {
        #expect(search(Peer(accidents: .max)) == (nil, 3))
    }
}
