import CachetoryRESP
import CachetoryRedis
import Foundation

/// A server that answers each command with its words, so that a reply which went astray is found out. In a transaction it
/// does so at its end.
///
/// It keeps the answer to a command named `STALL`, and all behind it on that connection, until it is told to go on; the
/// delay begins then.
final class EchoPeer: Sendable {
    /// The commands that came, on whatever connection.
    let commands: AsyncStream<String>
    private let peer: RawPeer
    private let stalls: DispatchSemaphore

    /// - Parameter delay: how long each answer takes, but for those to `MULTI` and to an empty transaction. They come in
    ///   order, and many may be on their way.
    init(delay: Duration = .zero) throws {
        let (commands, log) = AsyncStream<String>.makeStream()
        let stalls = DispatchSemaphore(value: 0)
        (self.commands, self.stalls) = (commands, stalls)
        peer = try RawPeer { client in
            try client.shakeHands()
            let replies = DispatchQueue(label: "replies")
            var transaction: [String]?
            while true {
                let words = try client.command()
                let text = words.joined(separator: " ")
                log.yield(text)
                let isQuick = text == "MULTI" || text == "EXEC" && transaction == []
                let due = Date.now + (isQuick ? 0 : delay / .seconds(1))
                let reply = Self.reply(to: text, &transaction)
                replies.async {
                    if words[0] == "STALL" {
                        stalls.wait()
                        Thread.sleep(forTimeInterval: delay / .seconds(1))
                    } else {
                        Thread.sleep(until: due)
                    }
                    try? client.send(reply)
                }
            }
        }
    }

    /// - Parameter transaction: what was queued since `MULTI`.
    private static func reply(to text: String, _ transaction: inout [String]?) -> String {
        switch (text, transaction) {
        case ("MULTI", nil):
            transaction = []
            return "+OK\r\n"
        case ("EXEC", let queued?):
            transaction = nil
            return "*\(queued.count)\r\n" + queued.map { "+\($0)\r\n" }.joined()
        case (_, _?):
            transaction?.append(text)
            return "+QUEUED\r\n"
        case (_, nil):
            return "+\(text)\r\n"
        }
    }

    var configuration: RedisClientConfiguration { peer.configuration }

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
