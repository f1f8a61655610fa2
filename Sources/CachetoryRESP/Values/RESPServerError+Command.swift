/// Which command was refused, and by which node of a cluster, as far as an error may show it.
///
/// A class, for an error is to stay small, and most of them have none.
final class RefusedCommand: Sendable {
    let name: String?
    let key: String?
    let node: String?
    let slot: Int?

    init(name: String?, key: String?, node: String?, slot: Int?) {
        self.name = name
        self.key = key
        self.node = node
        self.slot = slot
    }

    static func shown(name: String) -> String { String(printable: name, atMost: longestName) }
    static func shown(key: String) -> String { String(printable: key, atMost: longestKey) }
    static func shown(node: String) -> String { String(printable: node, atMost: longestNode) }

    /// More than the name of any command has.
    private static let longestName = 64

    /// Enough to know a key by. Keys may have 512 MB.
    private static let longestKey = 128

    /// Room for the longest name of a host, and its port.
    private static let longestNode = 280
}

extension RESPServerError {
    /// The command that the server refused, in upper case; nil where that is not known, as in a test.
    public var command: String? { refused?.name }

    /// The first key of the command that the server refused, with control characters escaped, and cut where it is longer
    /// than 128 characters; nil where that is not known. Of most commands that are no operation of a backend it is known,
    /// too.
    public var key: String? { refused?.key }

    /// The node of a cluster that refused it, as host and port; nil of a server by itself.
    public var node: String? { refused?.node }

    /// The slot of the command's keys, from 0 to 16,383, where a node of a cluster refused it; nil of a command without a
    /// key, and of a server by itself.
    public var slot: Int? { refused?.slot }

    /// The same error, with the command that it is about.
    package func refusing(_ command: String, key: String?) -> RESPServerError {
        var error = self
        error.refused = RefusedCommand(
            name: RefusedCommand.shown(name: command), key: key.map(RefusedCommand.shown(key:)), node: node, slot: slot)
        return error
    }

    /// The same error, with the node of a cluster that it came from.
    package func from(node: String, slot: Int?) -> RESPServerError {
        var error = self
        error.refused = RefusedCommand(name: command, key: key, node: RefusedCommand.shown(node: node), slot: slot)
        return error
    }
}

// Two errors are equal where the server said the same, whatever it was asked.
extension RESPServerError: Hashable {
    public static func == (one: RESPServerError, other: RESPServerError) -> Bool {
        one.code == other.code && one.message == other.message
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(code)
        hasher.combine(message)
    }
}
