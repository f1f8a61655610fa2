import RESP

/// Commands that are written together, and answered by one reply each: nothing of another caller comes between them.
package struct Request: Sendable {
    /// There is always one, so that a request on its own needs no array.
    package let first: Command
    package let rest: [Command]

    package init(_ first: Command, _ rest: [Command] = []) {
        self.first = first
        self.rest = rest
    }

    /// The commands between `MULTI` and `EXEC`: all of them are executed, or none.
    package init(transaction commands: [Command]) {
        self.init(["MULTI"], commands + [["EXEC"]])
    }

    package var replyCount: Int { 1 + rest.count }

    /// Whether it may be sent again without harm.
    package var isReadOnly: Bool { first.isReadOnly && rest.allSatisfy(\.isReadOnly) }

    func encode(into bytes: inout ByteBuffer) {
        bytes.appendCommand(first.arguments)
        for command in rest { bytes.appendCommand(command.arguments) }
    }
}
