/// Which command a server refused, as far as an error may show it.
///
/// A class, for an error is to stay small, and most of them have none.
final class RefusedCommand: Sendable {
    let name: String
    let key: String?

    init(name: String, key: String?) {
        self.name = String(printable: name, atMost: Self.longestName)
        self.key = key.map { String(printable: $0, atMost: Self.longestKey) }
    }

    /// More than the name of any command has.
    private static let longestName = 64

    /// Enough to know a key by. Keys may have 512 MB.
    private static let longestKey = 128
}

extension RESPServerError {
    /// The command that the server refused, in upper case; nil where that is not known, as in a test.
    public var command: String? { refused?.name }

    /// The first key of the command that the server refused, with control characters escaped, and cut where it is longer
    /// than 128 characters; nil where that is not known. Of most commands that are no operation of a backend it is known,
    /// too.
    public var key: String? { refused?.key }

    /// The same error, with the command that it is about.
    package func refusing(_ command: String, key: String?) -> RESPServerError {
        var error = self
        error.refused = RefusedCommand(name: command, key: key)
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
