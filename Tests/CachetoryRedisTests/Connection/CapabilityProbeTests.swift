import Testing

@testable import CachetoryRedis

@Suite struct CapabilityProbeTests {
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
        mutating func end(of capabilities: PeerCapabilities) -> Handshake.End? {
            let saidHello = saysHello && capabilities.knowsHello
            let isUnknown = saidHello && !knowsHello || capabilities.knowsClient && !knowsClient
            if accidents == 0, !isUnknown { return nil }
            accidents = max(0, accidents - 1)
            return Handshake.End(
                capabilities: capabilities, saidHello: saidHello, isHelloAnswered: answersFirst && knowsHello,
                saidClient: capabilities.knowsClient)
        }
    }

    /// - Returns: what is found, or nil if the search was given up; and how many connections that took.
    private func search(_ peer: Peer, from known: PeerCapabilities = PeerCapabilities()) -> (
        found: PeerCapabilities?, connections: Int
    ) {
        var (peer, search, connections) = (peer, CapabilityProbe(from: known), 0)
        while true {
            connections += 1
            if let end = peer.end(of: search.capabilities) {
                if !search.hangUp(at: end) { return (nil, connections) }
            } else if search.succeed(in: search.capabilities) {
                return (search.capabilities, connections)
            }
        }
    }

    private func capabilities(hello: Bool, client: Bool) -> PeerCapabilities {
        var capabilities = PeerCapabilities()
        (capabilities.knowsHello, capabilities.knowsClient) = (hello, client)
        return capabilities
    }

    @Test func `a peer that knows all is not searched`() {
        #expect(search(Peer()) == (PeerCapabilities(), 1))
    }

    @Test func `what closes the connection is found, and confirmed`() {
        #expect(search(Peer(knowsHello: false)) == (capabilities(hello: false, client: true), 4))
        #expect(search(Peer(knowsHello: false, knowsClient: false)) == (capabilities(hello: false, client: false), 5))
        #expect(search(Peer(knowsClient: false, answersFirst: true)) == (capabilities(hello: true, client: false), 4))
        #expect(search(Peer(knowsClient: false, saysHello: false)) == (capabilities(hello: true, client: false), 4))
    }

    @Test func `what was found is not searched again`() {
        let known = capabilities(hello: false, client: false)
        #expect(search(Peer(knowsHello: false, knowsClient: false), from: known) == (known, 1))
    }

    @Test(arguments: 1...2)
    func `a server that was restarted is not taken for one that knows less`(accidents: Int) {
        #expect(search(Peer(accidents: accidents)) == (PeerCapabilities(), accidents + 2))
    }

    @Test func `a peer that closes every connection is given up`() {
        #expect(search(Peer(accidents: .max)) == (nil, 3))
    }
}
