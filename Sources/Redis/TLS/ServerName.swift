import SmallFoundation

/// The name that a server is asked for and that its certificate has to carry.
struct ServerName: Sendable, Hashable {
    /// As it stands in a certificate: without the zone of an IPv6 address, or the dot behind a complete name.
    let text: String

    /// Whether it is an IP address, which certificates list in a place of its own and clients never ask for by name.
    let isAddress: Bool

    init(_ host: String) {
        let unzoned = String(host.prefix { $0 != "%" })
        if Self.isAddress(unzoned) {
            (text, isAddress) = (unzoned, true)
        } else {
            (text, isAddress) = (host.hasSuffix(".") ? String(host.dropLast()) : host, false)
        }
    }

    private static func isAddress(_ text: String) -> Bool {
        var room = in6_addr()
        return inet_pton(AF_INET, text, &room) == 1 || inet_pton(AF_INET6, text, &room) == 1
    }
}
