import Foundation
import RESP
import Redis

/// A server that answers each command with its words, so that a reply which went astray is found out.
///
/// It keeps the answer to a command named `STALL`, and all behind it on that connection, until it is told to go on; the
/// delay begins then.
final class EchoPeer: Sendable {
    /// The commands that came, on whatever connection.
    let commands: AsyncStream<String>
    private let peer: RawPeer
    private let stalls: DispatchSemaphore

    /// - Parameter delay: how long each answer takes. They come in order, and many may be on their way.
    init(delay: Duration = .zero) throws {
        let (commands, log) = AsyncStream<String>.makeStream()
        let stalls = DispatchSemaphore(value: 0)
        (self.commands, self.stalls) = (commands, stalls)
        peer = try RawPeer { client in
            try client.shakeHands()
            let replies = DispatchQueue(label: "replies")
            while true {
                let words = try client.command()
                let text = words.joined(separator: " ")
                log.yield(text)
                let due = Date.now + delay / .seconds(1)
                replies.async {
                    if words[0] == "STALL" {
                        stalls.wait()
                        Thread.sleep(forTimeInterval: delay / .seconds(1))
                    } else {
                        Thread.sleep(until: due)
                    }
                    try? client.send("+\(text)\r\n")
                }
            }
        }
    }

    var configuration: RedisConfiguration { peer.configuration }

    var connectionCount: Int { peer.connectionCount }

    var port: Int { peer.port }

    /// Answers what was stalled: as many commands as this is called for.
    func goOn() {
        stalls.signal()
    }

    /// Waits until a command has come.
    func waitFor(_ command: String) async {
        for await received in commands where received == command { return }
    }
}
