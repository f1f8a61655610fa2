import CachetoryRedis

/// A server that always has something to say: whoever looks at the clock only when nothing can be read never does.
final class FloodingPeer: Sendable {
    enum Flood: CaseIterable {
        /// Messages out of band, without an end, in the place of a reply.
        case pushes
        /// One reply without an end, within all that a reply may be.
        case endlessReply
        /// Messages out of band in the place of the first reply.
        case handshake
        /// Requests to begin a TLS handshake, which a client that is in the middle of one has to ignore.
        case tlsHelloRequests
    }

    /// Connections that their clients have closed again.
    let ended = Counter()
    private let flooded = Counter()
    private let peer: RawPeer

    /// - Parameter count: how many connections are flooded; later ones are served.
    init(_ flood: Flood, connections count: Int = .max) throws {
        let (ended, flooded) = (ended, flooded)
        peer = try RawPeer { client in
            flooded.add()
            guard flooded.count <= count else {
                try client.shakeHands()
                while true { try client.send("+\(client.command()[0])\r\n") }
            }
            defer { ended.add() }
            switch flood {
            case .pushes, .endlessReply:
                try client.shakeHands()
                _ = try client.command()
            case .handshake, .tlsHelloRequests: break
            }
            try client.flood(flood)
        }
    }

    /// One that gives up soon.
    var hastyConfiguration: RedisClientConfiguration {
        var configuration = peer.configuration
        configuration.commandTimeout = .milliseconds(500)
        configuration.connectTimeout = .milliseconds(500)
        return configuration
    }

    var connectionCount: Int { flooded.count }
}

extension RawClient {
    fileprivate func flood(_ flood: FloodingPeer.Flood) throws {
        switch flood {
        case .pushes, .handshake:
            let pushes = String(repeating: ">2\r\n+invalidate\r\n_\r\n", count: 1000)
            while true { try send(pushes) }
        case .endlessReply:
            try send("*1000000\r\n")
            let elements = String(repeating: "*16\r\n" + String(repeating: ":1\r\n", count: 16), count: 200)
            while true { try send(elements) }
        case .tlsHelloRequests:
            let record = "\u{16}\u{3}\u{3}\u{0}\u{4}\u{0}\u{0}\u{0}\u{0}"
            let records = String(repeating: record, count: 1000)
            while true { try send(records) }
        }
    }
}
