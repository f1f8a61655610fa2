/// Finds out what a peer does not know that closes the connection instead of saying so, as proxies do.
///
/// A pure value: it says in which capabilities to open the next connection, and is told how that ended. A server that is being
/// restarted closes connections as well. So what seems to be found is confirmed: the peer has to close one more
/// connection in the capabilities that it began with, after one in the capabilities found has succeeded.
package struct CapabilityProbe: Sendable {
    private enum Stage {
        case searching, confirming(PeerCapabilities), settled
    }

    private let known: PeerCapabilities
    private var stage = Stage.searching
    private var hasHungUp = false

    /// What the next connection's handshake may say.
    package private(set) var capabilities: PeerCapabilities

    /// - Parameter known: what earlier connections have found.
    package init(from known: PeerCapabilities) {
        self.known = known
        capabilities = known
    }

    /// The handshake has succeeded.
    ///
    /// - Returns: whether the connection may be used; otherwise another one is opened in ``capabilities``.
    package mutating func succeed(in found: PeerCapabilities) -> Bool {
        guard case .searching = stage, hasHungUp else { return true }
        stage = .confirming(found)
        capabilities = known
        return false
    }

    /// The peer has closed the connection during the handshake.
    ///
    /// - Parameter end: what the handshake had said and heard until then.
    /// - Returns: whether to open another one, in ``capabilities``.
    package mutating func hangUp(at end: Handshake.End) -> Bool {
        hasHungUp = true
        switch stage {
        case .searching:
            capabilities = end.capabilities
            if end.saidHello, !end.isHelloAnswered {
                capabilities.knowsHello = false
            } else if end.saidClient {
                capabilities.knowsClient = false
            } else {
                return false
            }
            return true
        case .confirming(let found):
            stage = .settled
            capabilities = found
            return true
        case .settled:
            return false
        }
    }
}
