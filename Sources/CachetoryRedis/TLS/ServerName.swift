import CachetorySmallFoundation

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

    /// Whether a certificate can be for exactly this: an address in its usual notation, or a host's name.
    ///
    /// OpenSSL takes a dot in front for "any name that ends in this", and what is no address for a name, so that what looks
    /// like an address would be looked for where authorities do not check addresses.
    var isUsable: Bool {
        if isAddress { return true }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        if labels.contains("") || text.utf8.contains(where: { ":*%".utf8.contains($0) }) { return false }
        // Such as `127.1`, or `0x7f000001`.
        var room = in_addr()
        return inet_aton(text, &room) == 0
    }

    private static func isAddress(_ text: String) -> Bool {
        var room = in6_addr()
        return inet_pton(AF_INET, text, &room) == 1 || inet_pton(AF_INET6, text, &room) == 1
    }
}
