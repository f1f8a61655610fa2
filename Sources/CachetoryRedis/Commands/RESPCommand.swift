public import CachetoryRESP

/// One command for the server, such as `["INCR", "visits"]`.
///
/// ```swift
/// let pool = try ConnectionPool(url: "redis://localhost")
/// let visits = try await pool.execute(["INCR", "visits"])
/// let name = try await pool.execute(.reading("HGET", "user:1", "name"))
/// ```
public struct RESPCommand: Sendable, Hashable, ExpressibleByArrayLiteral {
    /// The name and what follows it. A command without any is an error when it is executed.
    public let arguments: [RESPArgument]

    /// Whether the command changes nothing. If the connection is lost, such a command is sent once more on another one;
    /// any other fails, for it may have been executed already.
    public let isReadOnly: Bool

    /// Boxed, for few commands have one, and lists of them are to be small.
    private let boxedRoutingKey: RoutingKey?

    /// The key that says which node of a cluster gets the command; nil, as mostly, if the keys among the arguments say
    /// that: see ``routed(by:)``.
    public var routingKey: String? { boxedRoutingKey?.text }

    /// A command of a list of arguments, for one that is put together while the program runs.
    ///
    /// - Parameters:
    ///   - arguments: the name and what follows it.
    ///   - isReadOnly: whether the command changes nothing, and may be sent again.
    ///   - key: the key that says which node of a cluster gets the command: see ``routed(by:)``.
    public init(_ arguments: [RESPArgument], isReadOnly: Bool = false, routedBy key: String? = nil) {
        self.arguments = arguments
        self.isReadOnly = isReadOnly
        boxedRoutingKey = key.map(RoutingKey.init)
    }

    public init(arrayLiteral elements: RESPArgument...) {
        self.init(elements)
    }

    /// A command that changes nothing, so that it may be sent once more if its connection breaks. Nobody checks that it
    /// is one.
    public static func reading(_ arguments: RESPArgument...) -> RESPCommand {
        RESPCommand(arguments, isReadOnly: true)
    }

    /// The same command for the node of a cluster that holds a key.
    ///
    /// A cluster's client knows the keys of the servers' own commands, and takes the first argument of any other
    /// command for its key. If the key is another argument, as with some modules, the command costs one more round trip
    /// unless its key is named here. The key itself is not sent. On one server this has no effect.
    ///
    /// ```swift
    /// let pool = try ConnectionPool(url: "redis://localhost")
    /// let command: RESPCommand = ["MODULE.COMPARE", "quickly", "{user:1}.old", "{user:1}.new"]
    /// let reply = try await pool.execute(command.routed(by: "{user:1}"))
    /// ```
    public func routed(by key: String) -> RESPCommand {
        RESPCommand(arguments, isReadOnly: isReadOnly, routedBy: key)
    }
}

/// A text that several commands can share.
private final class RoutingKey: Sendable, Hashable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (one: RoutingKey, other: RoutingKey) -> Bool { one.text == other.text }

    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
