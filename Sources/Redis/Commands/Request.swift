package import Foundation
package import RESP

/// Commands that are written together, and answered by one reply each: nothing of another caller comes between them.
package struct Request: Sendable {
    /// What is sent most often is kept in the form in which its caller has it, and written from there each time that it
    /// is sent: a list of arguments would have to be built, and each key and value retained for it.
    private enum Form {
        /// There is always a first one, so that a command on its own needs no array.
        case commands(first: Command, rest: [Command])
        case key(name: StaticString, String)
        case keys(name: StaticString, [String])
        case set(String, to: Data, milliseconds: Int?, ifNotExists: Bool)
        case setAll([(key: String, value: Data)], milliseconds: Int?)
    }

    private let form: Form

    /// Whether it may be sent again without harm.
    package let isReadOnly: Bool

    package init(_ first: Command, _ rest: [Command] = []) {
        form = .commands(first: first, rest: rest)
        isReadOnly = first.isReadOnly && rest.allSatisfy(\.isReadOnly)
    }

    /// The commands between `MULTI` and `EXEC`: all of them are executed, or none.
    package init(transaction commands: [Command]) {
        self.init(["MULTI"], commands + [["EXEC"]])
    }

    /// A command of one key.
    package init(_ name: StaticString, key: String, isReadOnly: Bool = false) {
        form = .key(name: name, key)
        self.isReadOnly = isReadOnly
    }

    /// A command of any number of keys.
    package init(_ name: StaticString, keys: [String], isReadOnly: Bool = false) {
        form = .keys(name: name, keys)
        self.isReadOnly = isReadOnly
    }

    /// `SET`, with a time to live and `NX` if wanted.
    package init(set key: String, to value: Data, milliseconds: Int?, ifNotExists: Bool) {
        form = .set(key, to: value, milliseconds: milliseconds, ifNotExists: ifNotExists)
        isReadOnly = false
    }

    /// `MSET`; with a time to live, a transaction of a `SET` for each.
    package init(setAll items: [(key: String, value: Data)], milliseconds: Int?) {
        form = .setAll(items, milliseconds: milliseconds)
        isReadOnly = false
    }

    package var replyCount: Int {
        switch form {
        case .commands(_, let rest): 1 + rest.count
        case .setAll(let items, milliseconds: _?): items.count + 2
        case .key, .keys, .set, .setAll: 1
        }
    }

    package func encode(into bytes: inout ByteBuffer) {
        switch form {
        case .commands(let first, let rest):
            bytes.appendCommand(first.arguments)
            for command in rest { bytes.appendCommand(command.arguments) }
        case .key(let name, let key): bytes.appendCommand(name, key: key)
        case .keys(let name, let keys): bytes.appendCommand(name, keys: keys)
        case .set(let key, let value, let milliseconds, let ifNotExists):
            bytes.appendSet(key, to: value, milliseconds: milliseconds, ifNotExists: ifNotExists)
        case .setAll(let items, nil): bytes.appendCommand("MSET", items: items)
        case .setAll(let items, let milliseconds?):
            bytes.appendCommand("MULTI")
            for (key, value) in items {
                bytes.appendSet(key, to: value, milliseconds: milliseconds, ifNotExists: false)
            }
            bytes.appendCommand("EXEC")
        }
    }
}
