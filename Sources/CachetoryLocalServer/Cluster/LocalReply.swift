/// What a server answered to a command, as RESP2 has it.
package indirect enum LocalReply: Sendable, Hashable {
    case nothing
    case integer(Int)
    case bytes([UInt8])
    case error(String)
    case list([LocalReply])

    /// The text of a string, simple or bulk.
    package var text: String? {
        if case .bytes(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil }
    }

    package var integer: Int? {
        if case .integer(let number) = self { number } else { nil }
    }

    package var error: String? {
        if case .error(let text) = self { text } else { nil }
    }

    package var list: [LocalReply]? {
        if case .list(let replies) = self { replies } else { nil }
    }
}
