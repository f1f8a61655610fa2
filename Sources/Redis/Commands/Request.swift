package import RESP
package import SmallFoundation

/// Commands that are written together, and answered by one reply each: nothing of another caller comes between them.
package struct Request: Sendable {
    private let form: RequestForm

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

    package var replyCount: Int { form.replyCount }

    package func encode(into bytes: inout OutgoingBytes) { form.encode(into: &bytes) }
}
