import CachetoryLocking
import CachetoryRESP
import Foundation

@testable import CachetoryTestSupport

/// A server before Redis 4 as far as clearing it goes: it knows no `ASYNC`.
final class OldServer: Sendable {
    private let descriptor: Int32
    private let port: Int
    private let clearing = ClearingLog()

    private final class ClearingLog: Sendable {
        let commands = Lock<[[String]]>([])
    }

    struct NoPort: Error {}

    init() throws {
        guard let listener = LoopbackSocket.listen() else { throw NoPort() }
        (descriptor, port) = listener
        Thread.detachNewThread { [clearing] in
            while true {
                let client = accept(listener.descriptor, nil, nil)
                if client < 0 { break }
                Thread.detachNewThread { Self.serve(client, clearing) }
            }
            close(listener.descriptor)
        }
    }

    deinit {
        _ = shutdown(descriptor, Int32(SHUT_RDWR))
    }

    var url: String { "redis://127.0.0.1:\(port)" }

    /// The commands that were to clear it.
    var clearings: [[String]] { clearing.commands.withLock { $0 } }

    private static func serve(_ client: Int32, _ clearing: ClearingLog) {
        defer { close(client) }
        var parser = RESPParser()
        while true {
            while case .array(let words)? = try? parser.next() {
                let command = words.map {
                    if case .bulkString(let word) = $0 { String(decoding: word, as: UTF8.self) } else { "" }
                }
                if command[0] == "FLUSHDB" { clearing.commands.withLock { $0.append(command) } }
                let reply = Array((reply(to: command) + "\r\n").utf8)
                _ = send(client, reply, reply.count, Int32(MSG_NOSIGNAL))
            }
            let count = parser.receive(minimum: 4096) { recv(client, $0.baseAddress, $0.count, 0) }
            if count <= 0 { return }
        }
    }

    private static func reply(to command: [String]) -> String {
        switch command[0] {
        case "PING": "+PONG"
        case "FLUSHDB": command.count == 1 ? "+OK" : "-ERR wrong number of arguments for 'flushdb' command"
        default: "-ERR unknown command '\(command[0])'"
        }
    }
}
