public import CachetoryRESP
public import CachetoryRedis

// What test cases are called by, whose arguments are lists of these: the default is a line of a thousand characters.

extension RESPArgument: CustomDebugStringConvertible {
    public var debugDescription: String {
        switch self {
        case .string(let text): text.debugDescription
        case .integer(let number): "\(number)"
        case .bytes(let data): "\(data.count) bytes"
        }
    }
}

extension RESPCommand: CustomDebugStringConvertible {
    public var debugDescription: String { "\(arguments)" }
}

extension ClusterTopology: CustomDebugStringConvertible {
    package var debugDescription: String {
        let owners = shards.map { "\($0.primary.id) \($0.ranges)" }.joined(separator: ", ")
        return "\(owners), epoch \(epoch), \(isOK ? "ok" : "down")"
    }
}
