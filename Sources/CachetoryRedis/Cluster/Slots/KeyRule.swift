import CachetoryRESP

/// Where the keys stand in the commands of some names.
enum KeyRule: Sendable {
    /// Nowhere.
    case nowhere

    /// At each `step`-th position from `first` to `last`, which counts from the end where it is negative.
    case range(first: Int, last: Int, step: Int = 1)

    /// Behind their number, which stands at `count`, at each `step`-th position; and at `destination`.
    case counted(count: Int, destination: Int? = nil, step: Int = 1)

    /// At the second position, behind one of some words.
    case behindSubcommand

    /// Behind `STREAMS`, in the first half of what is there.
    case streams

    /// At the first position, and behind `STORE` or `STOREDIST` from a position on.
    case stored(from: Int)

    /// At the third position, or behind `KEYS` where that is empty.
    case migrated
}

extension KeyRule {
    /// Calls a closure with the position of each key that is there.
    func forEachPosition(in arguments: [RESPArgument], _ body: (Int) -> Void) {
        switch self {
        case .nowhere: break
        case .range(let first, let last, let step):
            let end = last < 0 ? arguments.count + last : min(last, arguments.count - 1)
            for position in stride(from: first, through: end, by: step) { body(position) }
        case .counted(let count, let destination, let step):
            if let destination, destination < arguments.count { body(destination) }
            guard count < arguments.count, let number = arguments[count].number, number > 0 else { return }
            let (first, rest) = (count + 1, arguments.count - count - 1)
            // No more than there are, before anything is multiplied.
            let end = first + min(min(number, rest) * step, rest)
            for position in stride(from: first, to: end, by: step) { body(position) }
        case .behindSubcommand:
            if arguments.count > 2, arguments[1].isWord(in: Self.subcommandsWithKey) { body(2) }
        case .streams:
            guard let first = Self.firstStream(in: arguments) else { return }
            for position in first..<first + (arguments.count - first) / 2 { body(position) }
        case .stored(let start):
            if arguments.count > 1 { body(1) }
            if let position = Self.destination(in: arguments, from: start) { body(position) }
        case .migrated:
            if arguments.count > 3, !arguments[3].isEmpty { return body(3) }
            for position in Self.migratedKeys(in: arguments) { body(position) }
        }
    }

    /// `OBJECT ENCODING key`, `XINFO STREAM key` and so on. `HELP` and their like have none.
    private static let subcommandsWithKey: Set<String> = [
        "ENCODING", "FREQ", "IDLETIME", "REFCOUNT",
        "USAGE",
        "CONSUMERS", "GROUPS", "STREAM",
        "CREATE", "CREATECONSUMER", "DELCONSUMER", "DESTROY", "SETID",
    ]

    /// Option by option, for a group may be called `STREAMS`, too.
    private static func firstStream(in arguments: [RESPArgument]) -> Int? {
        var position = 1
        while position < arguments.count {
            switch arguments[position].upperCaseWord {
            case "STREAMS": return position + 1
            case "GROUP": position += 3
            case "BLOCK", "COUNT", "CLAIM": position += 2
            case "NOACK": position += 1
            default: return nil
            }
        }
        return nil
    }

    /// The last one counts, as for a server.
    private static func destination(in arguments: [RESPArgument], from start: Int) -> Int? {
        var found: Int?
        var position = start
        while position + 1 < arguments.count {
            switch arguments[position].upperCaseWord {
            case "STORE", "STOREDIST":
                found = position + 1
                position += 2
            case "LIMIT": position += 3
            case "BY", "GET": position += 2
            default: position += 1
            }
        }
        return found
    }

    private static func migratedKeys(in arguments: [RESPArgument]) -> Range<Int> {
        var position = 6
        while position < arguments.count {
            switch arguments[position].upperCaseWord {
            case "KEYS": return position + 1..<arguments.count
            case "AUTH2": position += 3
            case "AUTH": position += 2
            default: position += 1
            }
        }
        return 0..<0
    }
}

extension RESPArgument {
    /// In upper case, as options are compared; nil for a number, and for what is longer than any of them.
    fileprivate var upperCaseWord: String? {
        switch self {
        case .string(let word): word.utf8.count <= 32 ? word.uppercased() : nil
        case .bytes(let word): word.count <= 32 ? String(decoding: word, as: UTF8.self).uppercased() : nil
        case .integer: nil
        }
    }

    fileprivate func isWord(in words: Set<String>) -> Bool { upperCaseWord.map(words.contains) ?? false }

    /// The decimal number that it is.
    fileprivate var number: Int? {
        switch self {
        case .integer(let number): number
        case .string(let text): Int(text)
        case .bytes(let text): Int(String(decoding: text, as: UTF8.self))
        }
    }

    fileprivate var isEmpty: Bool {
        switch self {
        case .string(let text): text.isEmpty
        case .bytes(let data): data.isEmpty
        case .integer: false
        }
    }
}
