import CachetoryRedis

/// A server that gives a wrong reply now and then, to one command of the few that it knows.
struct LyingServer {
    enum Lie: CaseIterable, Sendable {
        /// The text of the call before.
        case echo
        /// The value of another key.
        case otherValue
        /// What the key held before the last two writes.
        case oldValue
        /// Nothing, where there is a value.
        case nothing
        /// That a write was done which was not.
        case lostWrite
    }

    let lie: Lie
    private var count = 0
    private var lastWord = ""
    private var values: [String: [String]] = [:]

    init(_ lie: Lie) {
        self.lie = lie
    }

    /// Answers one client until it leaves.
    mutating func serve(_ client: RawClient) throws {
        try client.shakeHands()
        var queued: [[String]]?
        while true {
            let words = try client.command()
            switch words[0] {
            case "MULTI":
                queued = []
                try client.send("+OK\r\n")
            case "EXEC":
                let replies = (queued ?? []).map { reply(to: $0) }
                queued = nil
                try client.send("*\(replies.count)\r\n" + replies.joined())
            default:
                if queued == nil {
                    try client.send(reply(to: words))
                } else {
                    queued?.append(words)
                    try client.send("+QUEUED\r\n")
                }
            }
        }
    }

    private mutating func reply(to words: [String]) -> String {
        count += 1
        let lies = count.isMultiple(of: 10)
        switch words[0] {
        case "ECHO":
            defer { lastWord = words[1] }
            return bulk(lies && lie == .echo ? lastWord : words[1])
        case "SET":
            if !(lies && lie == .lostWrite) { values[words[1], default: []].append(words[2]) }
            return "+OK\r\n"
        case "GET":
            let own = values[words[1]] ?? []
            let value: String? =
                switch lie {
                case .otherValue where lies: values.first { $0.key != words[1] }?.value.last ?? own.last
                case .oldValue where lies: own.dropLast(2).last ?? own.last
                case .nothing where lies: nil
                default: own.last
                }
            return value.map { bulk($0) } ?? "_\r\n"
        default:
            return "-ERR unknown command\r\n"
        }
    }

    private func bulk(_ text: String) -> String { "$\(text.utf8.count)\r\n\(text)\r\n" }
}
