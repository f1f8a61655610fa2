/// An error reply of the server.
///
/// ```swift
/// let pool = try ConnectionPool(url: "redis://localhost")
/// do {
///     _ = try await pool.execute(["LPUSH", "greeting", "a list, this is not"])
/// } catch RedisCallError.server(let error) where error.code == "WRONGTYPE" {
///     print(error.message, error.command ?? "", error.key ?? "")
/// }
/// ```
public struct RESPServerError: Error, Sendable, CustomStringConvertible {
    /// The first word, by convention an upper-case code such as `ERR` or `WRONGTYPE`.
    public let code: String

    /// The rest of the line, without the arguments that a server repeats of a command which it does not know: a password
    /// may be among them.
    public let message: String

    /// What it is about, where that is known.
    var refused: RefusedCommand?

    /// An error of the given code and message, such as a test needs.
    public init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    /// The code and the message on one line: 512 characters of either at most, and control characters escaped.
    public var description: String {
        let code = String(printable: code, atMost: Self.shownCharacters)
        return message.isEmpty ? code : code + " " + String(printable: message, atMost: Self.shownCharacters)
    }
}
