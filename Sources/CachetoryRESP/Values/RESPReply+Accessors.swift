public import CachetorySmallFoundation

// For callers who know which kind of reply their command gets.
extension RESPReply {
    /// The text of a bulk, verbatim or simple string; nil for every other reply, for null, and for bytes that are not
    /// UTF-8.
    ///
    /// ```swift
    /// let pool = try ConnectionPool(url: "redis://localhost")
    /// let name = try await pool.execute(.reading("HGET", "user:42", "name")).string
    /// ```
    ///
    /// A RESP2 server sends doubles and big numbers as strings, a RESP3 server sends them as ``double(_:)`` and
    /// ``bigNumber(_:)``, for which this is nil.
    public var string: String? {
        switch self {
        case .bulkString(let bytes), .verbatimString(_, let bytes): String(validating: bytes, as: UTF8.self)
        case .simpleString(let text): text
        default: nil
        }
    }

    /// The bytes of a bulk or verbatim string, as the server sent them; nil for every other reply, and for null.
    ///
    /// ```swift
    /// let pool = try ConnectionPool(url: "redis://localhost")
    /// let image = try await pool.execute(.reading("HGET", "user:42", "image")).data
    /// ```
    public var data: Data? {
        switch self {
        case .bulkString(let bytes), .verbatimString(_, let bytes): bytes
        default: nil
        }
    }

    /// The number of an integer reply, as of `INCR`, or of a string that is a decimal integer, as of `GET` of a counter;
    /// nil for every other reply, for null, and for what does not fit an `Int`.
    ///
    /// ```swift
    /// let pool = try ConnectionPool(url: "redis://localhost")
    /// let visits = try await pool.execute(["INCR", "visits"]).integer
    /// ```
    public var integer: Int? {
        if case .integer(let number) = self { Int(exactly: number) } else { string.flatMap { Int($0) } }
    }

    /// The elements of an array, or of a set in the order in which the server sent them; nil for every other reply, and
    /// for null.
    ///
    /// ```swift
    /// let pool = try ConnectionPool(url: "redis://localhost")
    /// let names = try await pool.execute(.reading("SMEMBERS", "names")).array?.compactMap(\.string) ?? []
    /// ```
    ///
    /// A ``map(_:)`` has pairs instead of elements, so this is nil for it. A RESP2 server sends an array with keys and
    /// values by turns in its place.
    public var array: [RESPReply]? {
        switch self {
        case .array(let elements), .set(let elements): elements
        default: nil
        }
    }
}
