import Foundation
import Redis

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
                if Bool.random(using: &generator) { try say(Message.allCases.randomElement(using: &generator)) }
                peer.write(try server.receive())
                try sendInPieces(to: client)
            }
        }
    }

    private func passRequests(to server: HostileConnection) throws {
        let requests = peer.read()
        if !requests.isEmpty { try server.send(requests) }
    }

    private func say(_ message: Message?) throws {
        switch message {
        case .keyUpdate: peer.updateKeys()
        case .session: peer.offerSession()
        case nil: break
        }
    }

    /// Sends each record in two pieces, with time in between for the client to write something itself.
    private mutating func sendInPieces(to client: HostileConnection) throws {
        for record in TLSRecords.split(peer.takeCiphertext()) {
            let cut = Int.random(in: 1..<record.count, using: &generator)
            for piece in [record.prefix(cut), record.dropFirst(cut)] {
                try client.send(piece)
                usleep(UInt32.random(in: 0..<1_000, using: &generator))
            }
        }
    }
}
