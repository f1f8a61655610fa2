/// An error reply of the server.
///
/// ```swift
/// let pool = try ConnectionPool(url: "redis://localhost")
/// do {
///     _ = try await pool.execute(["LPUSH", "greeting", "a list, this is not"])
/// } catch RedisError.server(let error) where error.code == "WRONGTYPE" {
///     print(error.message)
/// }
/// ```
public struct RESPServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The first word, by convention an upper-case code such as `ERR` or `WRONGTYPE`.
    public let code: String

    /// The rest of the line.
    public let message: String

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
