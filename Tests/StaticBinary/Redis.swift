// A module of the user's own, or of another package, with the names that such modules have: it and the library are built
// into one program, and a file imports both.

public struct Command {
    public let words: [String]

    public init(_ words: String...) {
        self.words = words
    }
}

public struct TLSConfiguration {}
public enum RedisError: Error {}
public enum RESPValue {}
public final class ConnectionPool: Sendable {
    public init() {}
}
