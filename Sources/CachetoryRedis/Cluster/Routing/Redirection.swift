package import CachetoryRESP

/// What a node answers to a command whose slot is elsewhere: `-MOVED 3999 10.0.0.7:6381`, or `-ASK` likewise.
package enum Redirection: Sendable, Hashable {
    /// The slot belongs to another node. Nil if the one that answered does not know where that is: the map has to be asked
    /// for.
    case moved(HashSlot, RedisClientConfiguration.Address?)

    /// The slot is on its way to another node, and the key may be there already: that one command goes there, behind
    /// `ASKING`.
    case ask(HashSlot, RedisClientConfiguration.Address?)

    /// Nil if the error is no redirection, or one without a slot, a host or a port.
    ///
    /// - Parameter node: who answered, whose host is meant where the error names none.
    package init?(_ error: RESPServerError, from node: RedisClientConfiguration.Address) {
        guard error.code == "MOVED" || error.code == "ASK",
            let target = RedirectionTarget(error.message, from: node)
        else { return nil }
        self = error.code == "MOVED" ? .moved(target.slot, target.address) : .ask(target.slot, target.address)
    }

    package var slot: HashSlot {
        switch self {
        case .moved(let slot, _), .ask(let slot, _): slot
        }
    }

    /// Where the command is to go.
    package var address: RedisClientConfiguration.Address? {
        switch self {
        case .moved(_, let address), .ask(_, let address): address
        }
    }
}

/// `3999 10.0.0.7:6381`. The last colon splits, for an IPv6 address has others; it may be in brackets.
private struct RedirectionTarget {
    let slot: HashSlot
    let address: RedisClientConfiguration.Address?

    init?(_ text: String, from node: RedisClientConfiguration.Address) {
        // What comes behind them is for clients to come.
        let words = text.utf8.split(separator: UInt8(ascii: " "), maxSplits: 2)
        guard words.count >= 2, let number = Int(Substring(words[0])), let slot = HashSlot(number),
            let colon = words[1].lastIndex(of: UInt8(ascii: ":")),
            let port = Int(Substring(words[1][colon...].dropFirst())), Constraint.port.isMet(port)
        else { return nil }
        let host = String(Substring(Self.withoutBrackets(words[1][..<colon])))
        guard ClusterEndpoint.isHost(host) else { return nil }
        self.slot = slot
        address = ClusterEndpoint.address(host: host, port: port, from: node)
    }

    private static func withoutBrackets(_ host: Substring.UTF8View) -> Substring.UTF8View {
        guard host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]"), host.count > 2 else { return host }
        return host.dropFirst().dropLast()
    }
}
