/// What the nodes of a cluster say of where another one is.
enum ClusterEndpoint {
    /// Where a node is.
    ///
    /// - Parameters:
    ///   - host: a name or an IP address; `""` is the host of the node that says it, `?` is unknown.
    ///   - port: zero if the node has none for connections of this kind, encrypted or not.
    ///   - node: who says it.
    /// - Returns: nil if it is not known.
    static func address(
        host: String, port: Int, from node: RedisClientConfiguration.Address
    ) -> RedisClientConfiguration.Address? {
        if host == "?" || port == 0 { return nil }
        if !host.isEmpty { return .tcp(host: host, port: port) }
        if case .tcp(let own, _) = node { return .tcp(host: own, port: port) }
        return nil
    }

    /// Whether a text can be a host here, an unknown one included.
    static func isHost(_ text: String) -> Bool {
        text.isEmpty || text == "?" || isPlainHost(text) || Constraint.host.isMet(text)
    }

    /// As nearly all are, and soon looked through: a map has thousands.
    private static func isPlainHost(_ text: String) -> Bool {
        text.utf8.count <= 253
            && text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "-")...UInt8(ascii: "."), UInt8(ascii: "0")...UInt8(ascii: ":"):
                    true
                default: false
                }
            }
    }
}
