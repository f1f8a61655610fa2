package import CachetoryRESP

// What a status reply says. Any other text is another status, be it a peer's mistake.
extension RESPReply {
    /// `+OK`: the command was done.
    package var isOK: Bool {
        if case .simpleString(let text) = self { text == "OK" } else { false }
    }

    /// `+QUEUED`: the connection is in a transaction, and the command waits for its `EXEC`.
    package var isQueued: Bool {
        // A count is sooner compared than a text, and this is asked of the reply to each `SET`.
        if case .simpleString(let text) = self { text.utf8.count == 6 && text == "QUEUED" } else { false }
    }

    package var isError: Bool {
        if case .error = self { true } else { false }
    }

    package var errorCode: String? {
        if case .error(let error) = self { error.code } else { nil }
    }
}
