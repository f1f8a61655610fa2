import CachetoryLocking
package import CachetoryRESP

/// What the connections of one pool have found out about their peer. It lasts as long as the pool.
package final class PeerInfo: Sendable {
    private struct State {
        var capabilities = PeerCapabilities()
        var delay: RESPServerError?
        /// Handshakes since the last one that succeeded in which the peer closed the connection.
        var hangUps = 0
    }

    private let state = Lock(State())

    package init() {}

    /// What the next handshake may say.
    package var capabilities: PeerCapabilities { state.withLock { $0.capabilities } }

    /// Why the handshake that goes on has to wait; nil if none does.
    package var delay: RESPServerError? { state.withLock { $0.delay } }

    /// A handshake has succeeded in this way.
    func remember(_ capabilities: PeerCapabilities) { state.withLock { $0 = State(capabilities: capabilities) } }

    /// The peer does not understand what it used to: another one may have taken its place.
    func forget() { state.withLock { $0.capabilities = PeerCapabilities() } }

    /// The peer has closed the connection during a handshake.
    ///
    /// - Returns: whether that may be on account of what was said, for it is not the first time.
    func noteHangUp() -> Bool {
        state.withLock { state in
            state.delay = nil
            state.hangUps += 1
            return state.hangUps > 1
        }
    }

    /// The server answers the handshake, and cannot do it yet; nil if it can.
    func noteDelay(_ reason: RESPServerError?) { state.withLock { $0.delay = reason } }
}
