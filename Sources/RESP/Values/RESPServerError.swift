/// An error reply of the server.
public struct RESPServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The first word, by convention an upper-case code such as `ERR` or `WRONGTYPE`.
    public let code: String

    /// The rest of the line.
    public let message: String

    public init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message.isEmpty ? code : "\(code) \(message)" }
}
