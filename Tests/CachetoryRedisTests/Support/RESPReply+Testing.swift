import CachetoryRESP
import CachetoryRedis
import Foundation

extension RESPReply {
    /// A bulk string.
    static func bulk(_ text: String) -> RESPReply { .bulkString(Data(text.utf8)) }

    /// The text of a bulk, verbatim or simple string.
    var text: String? {
        switch self {
        case .bulkString(let data), .verbatimString(_, let data): String(decoding: data, as: UTF8.self)
        case .simpleString(let text): text
        default: nil
        }
    }
}

extension RedisCallError {
    /// The code of an error reply.
    var serverCode: String? {
        if case .server(let error) = self { error.code } else { nil }
    }

    /// What is known of the command, where the error's case itself holds that.
    var statedOutcome: Outcome? {
        switch self {
        case .timedOut(let outcome), .connectionLost(_, let outcome), .protocolViolation(_, let outcome): outcome
        default: nil
        }
    }
}
