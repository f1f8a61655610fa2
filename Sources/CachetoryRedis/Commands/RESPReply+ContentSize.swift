import CachetoryRESP

extension RESPReply {
    /// About how many bytes it came in. In linear time.
    var contentSize: Int {
        switch self {
        case .null, .boolean, .integer, .double, .error: Self.headSize
        case .bulkString(let data), .verbatimString(_, let data): Self.headSize + data.count
        case .simpleString(let text), .bigNumber(let text): Self.headSize + text.utf8.count
        case .array(let values), .set(let values), .push(let values):
            values.reduce(Self.headSize) { $0 + $1.contentSize }
        case .map(let pairs):
            pairs.reduce(Self.headSize) { $0 + $1.key.contentSize + $1.value.contentSize }
        }
    }

    /// Of a type, a short length, and the line ends.
    private static let headSize = 6
}
