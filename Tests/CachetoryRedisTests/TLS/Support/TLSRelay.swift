import CachetoryRedis
import CachetoryTestSupport
import Foundation

/// A server of TLS in front of a real server of Redis: it encrypts, and says things of its own in between, in pieces.
struct TLSRelay {
    /// What a server may say at any time.
    enum Message: CaseIterable, Sendable {
        /// New keys, which the client has to answer with its own.
        case keyUpdate
        /// A session to resume, with the client's certificate in it: longer than one record.
        case session
    }

    let serverPort: Int
    let peer: TLSPeer
    var generator: SeededGenerator

    /// Serves one connection, until either side ends it. Blocks its thread.
    mutating func serve(_ client: HostileConnection) throws {
        while !peer.shakeHands() {
            try client.send(peer.takeCiphertext())
            peer.feed(try client.receive())
        }
        try client.send(peer.takeCiphertext())
        let server = try HostileConnection(toPort: serverPort)
        // The first request may have come with the end of the handshake.
        try passRequests(to: server)
        while true {
            let (fromClient, fromServer) = try HostileConnection.waitForAny(client, server)
            if fromClient {
                peer.feed(try client.receive())
                try passRequests(to: server)
            }
            if fromServer {
                let replies = try server.receive()
                // Before the replies, or behind them, when their callers are about to ask again.
                if Int.random(in: 0..<3, using: &generator) == 0 { sayAnything() }
                peer.write(replies)
                if Bool.random(using: &generator) { sayAnything() }
                try sendInPieces(to: client)
            }
        }
    }

    private func passRequests(to server: HostileConnection) throws {
        let requests = peer.read()
        if !requests.isEmpty { try server.send(requests) }
    }

    private mutating func sayAnything() {
        switch Message.allCases.randomElement(using: &generator) {
        case .keyUpdate: peer.updateKeys()
        case .session: peer.offerSession()
        case nil: break
        }
    }

    /// Sends all but the end of the last record at once, or each record in two pieces. In between the client has time to
    /// write something itself.
    private mutating func sendInPieces(to client: HostileConnection) throws {
        let stream = peer.takeCiphertext()
        let records = TLSRecords.split(stream)
        let ends =
            Bool.random(using: &generator)
            ? [stream.count - Int.random(in: 1...(records.last?.count ?? 1), using: &generator), stream.count]
            : records.flatMap { [Int.random(in: $0.indices, using: &generator), $0.endIndex] }
        var start = 0
        for end in ends where end > start {
            try client.send(stream[start..<end])
            start = end
            usleep(UInt32.random(in: 0..<3_000, using: &generator))
        }
    }
}
