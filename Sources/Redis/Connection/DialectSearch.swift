/// Finds out what a peer does not know that closes the connection instead of saying so, as proxies do.
///
/// A pure value: it says in which dialect to open the next connection, and is told how that ended. A server that is being
/// restarted closes connections as well. So what seems to be found is confirmed: the peer has to close one more
/// connection in the dialect that it began with, after one in the dialect found has succeeded.
package struct DialectSearch: Sendable {
    private enum Stage {
        case searching, confirming(PeerDialect), settled
    }

    private let known: PeerDialect
    private var stage = Stage.searching
    private var hasHungUp = false

    /// What the next connection's handshake may say.
    package private(set) var dialect: PeerDialect

    /// - Parameter known: what earlier connections have found.
    package init(from known: PeerDialect) {
        self.known = known
        dialect = known
    }

    /// The handshake has succeeded.
    ///
    /// - Returns: whether the connection may be used; otherwise another one is opened in ``dialect``.
    package mutating func succeed(in found: PeerDialect) -> Bool {
        guard case .searching = stage, hasHungUp else { return true }
        stage = .confirming(found)
        dialect = known
        return false
    }

    /// The peer has closed the connection during the handshake.
    ///
    /// - Parameter end: what the handshake had said and heard until then.
    /// - Returns: whether to open another one, in ``dialect``.
    package mutating func hangUp(at end: Handshake.End) -> Bool {
        hasHungUp = true
        switch stage {
        case .searching:
            dialect = end.dialect
            if end.saidHello, !end.isHelloAnswered {
                dialect.knowsHello = false
            } else if end.saidClient {
                dialect.knowsClient = false
            } else {
                return false
            }
            return true
        case .confirming(let found):
            stage = .settled
            dialect = found
            return true
        case .settled:
            return false
        }
    }
}
