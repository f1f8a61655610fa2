import CachetoryRESP
import CachetorySmallFoundation

/// What a request is made of.
///
/// What is sent most often is kept in the form in which its caller has it, and written from there each time that it is
/// sent: a list of arguments would have to be built, and each key and value retained for it.
enum RequestForm: Sendable {
    /// Any commands. There is always a first one, so that a command on its own needs no array.
    case commands(first: RESPCommand, rest: [RESPCommand])

    /// A command of one key.
    case key(name: StaticString, String)

    /// A command of any number of keys.
    case keys(name: StaticString, [String])

    /// `SET`
    case set(String, to: Data, milliseconds: Int?, ifNotExists: Bool)

    /// `MSET`; with a time to live, `SET` for each in a transaction.
    case setAll([(key: String, value: Data)], milliseconds: Int?)

    /// Several, one after the other.
    case together([RequestForm])
}

// Here, for a `switch` over `self` borrows what it finds; over a property of another type, it would copy that.
extension RequestForm {
    var replyCount: Int {
        switch self {
        case .commands(_, let rest): 1 + rest.count
        case .setAll(let items, milliseconds: _?): items.count + 2
        case .together(let forms): forms.reduce(0) { $0 + $1.replyCount }
        case .key, .keys, .set, .setAll: 1
        }
    }

    /// The name of the first command.
    var name: String {
        switch self {
        case .commands(let first, _): first.name ?? ""
        case .key(let name, _), .keys(let name, _): "\(name)"
        case .set: "SET"
        case .setAll(_, let milliseconds): milliseconds == nil ? "MSET" : "MULTI"
        case .together(let forms): forms.first?.name ?? ""
        }
    }

    /// See ``RESPCommand/isServersOwn``.
    var isServersOwn: Bool {
        switch self {
        case .commands(let first, let rest): first.isServersOwn && rest.allSatisfy(\.isServersOwn)
        case .together(let forms): forms.allSatisfy(\.isServersOwn)
        case .key, .keys, .set, .setAll: true
        }
    }

    /// Calls a closure with the name of each command and how many arguments stand behind it, but for those that store values:
    /// their replies are short.
    func forEachCommand(_ body: (_ name: String, _ arguments: Int) -> Void) {
        switch self {
        case .commands(let first, let rest):
            body(first.name ?? "", first.arguments.count - 1)
            for command in rest { body(command.name ?? "", command.arguments.count - 1) }
        case .key(let name, _): body(name.description, 1)
        case .keys(let name, let keys): body(name.description, keys.count)
        case .together(let forms): for form in forms { form.forEachCommand(body) }
        case .set, .setAll: break
        }
    }

    /// The name of one of its commands, and the first key of it where that is known.
    func subject(of index: Int) -> (name: String, key: String?) {
        switch self {
        case .commands(let first, let rest):
            let command = index == 0 ? first : rest[index - 1]
            return (command.name ?? "", command.firstKey)
        case .key(let name, let key): return ("\(name)", key)
        case .keys(let name, let keys): return ("\(name)", keys.first)
        case .set(let key, _, _, _): return ("SET", key)
        case .setAll(let items, nil): return ("MSET", items.first?.key)
        case .setAll(let items, _?):
            if index == 0 { return ("MULTI", nil) }
            return index > items.count ? ("EXEC", nil) : ("SET", items[index - 1].key)
        case .together(let forms):
            var index = index
            for form in forms {
                if index < form.replyCount { return form.subject(of: index) }
                index -= form.replyCount
            }
            return ("", nil)
        }
    }

    /// About how many bytes it has once it is encoded. In linear time.
    var size: Int {
        switch self {
        case .key(_, let key): key.utf8.count
        case .set(let key, let value, _, _): key.utf8.count + value.count
        case .commands(let first, let rest): rest.reduce(first.arguments.encodedSize) { $0 + $1.arguments.encodedSize }
        case .keys(_, let keys): keys.encodedSize
        case .setAll(let items, _): items.encodedSize
        case .together(let forms): forms.reduce(0) { $0 + $1.size }
        }
    }

    func encode(into bytes: inout OutgoingBytes) {
        switch self {
        case .commands(let first, let rest):
            bytes.appendCommand(first.arguments)
            for index in rest.indices { bytes.appendCommand(rest[index].arguments) }
        case .key(let name, let key):
            bytes.copied.appendCommand(name, key: key)
        case .keys(let name, let keys):
            bytes.copied.appendCommand(name, keys: keys)
        case .set(let key, let value, let milliseconds, let ifNotExists):
            bytes.appendSet(key, to: value, milliseconds: milliseconds, ifNotExists: ifNotExists)
        case .setAll(let items, nil):
            bytes.appendCommand("MSET", items: items)
        case .setAll(let items, let milliseconds?):
            bytes.copied.appendCommand("MULTI")
            bytes.appendSets(items, milliseconds: milliseconds)
            bytes.copied.appendCommand("EXEC")
        case .together(let forms):
            for index in forms.indices { forms[index].encode(into: &bytes) }
        }
    }
}
