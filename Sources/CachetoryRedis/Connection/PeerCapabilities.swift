/// What a peer has been found not to know, so that no later connection says it again: a handshake then takes one round
/// trip.
package struct PeerCapabilities: Sendable, Hashable {
    /// `HELLO`, and with it RESP3. Servers before Redis 6 and some proxies do not know it.
    package var knowsHello = true

    /// `CLIENT`. Some proxies close the connection at it.
    package var knowsClient = true

    /// `AUTH` with the name of a user. Servers before Redis 6 know only a password.
    package var knowsUsers = true

    package init() {}
}
