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

    /// A command of a list of arguments, for one that is put together while the program runs.
    ///
    /// - Parameters:
    ///   - arguments: the name and what follows it.
    ///   - isReadOnly: whether the command changes nothing, and may be sent again.
    public init(_ arguments: [RESPArgument], isReadOnly: Bool = false) {
        self.arguments = arguments
        self.isReadOnly = isReadOnly
    }

    public init(arrayLiteral elements: RESPArgument...) {
        self.init(elements)
    }

    /// A command that changes nothing, so that it may be sent once more if its connection breaks. Nobody checks that it
    /// is one.
    public static func reading(_ arguments: RESPArgument...) -> RESPCommand {
        RESPCommand(arguments, isReadOnly: true)
    }
}
