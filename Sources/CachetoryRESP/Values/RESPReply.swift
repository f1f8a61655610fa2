public import CachetorySmallFoundation

/// A reply of the server: any value of RESP2 or RESP3.
///
/// Both protocol versions map to the same cases, so that a caller need not know which one was negotiated: RESP2's null
/// bulk string and null array are ``null`` as is RESP3's own null. Attributes, which only describe the value behind
/// them, are read and dropped.
///
/// See the [protocol's specification](https://redis.io/docs/latest/develop/reference/protocol-spec/).
///
/// ```swift
/// let pool = try ConnectionPool(url: "redis://localhost")
/// switch try await pool.execute(["GET", "greeting"]) {
/// case .bulkString(let data): print(String(decoding: data, as: UTF8.self))
/// case .null: print("no such key")
/// case let other: print("a surprise:", other)
/// }
/// ```
public enum RESPReply: Sendable, Hashable {
    /// No value: `_`, and in RESP2 `$-1` and `*-1`.
    case null

    /// Bytes of any content: `$`. A streamed string arrives joined.
    case bulkString(Data)

    /// A short text without line ends: `+`.
    case simpleString(String)

    /// A signed 64-bit number: `:`.
    case integer(Int64)

    /// What the server refused, and why: `-` or `!`.
    indirect case error(RESPServerError)

    /// Values in order: `*`.
    case array([RESPReply])

    /// Keys with their values, in the server's order: `%`.
    case map([RESPPair])

    /// Values without order: `~`. Duplicates are kept as the server sent them.
    case set([RESPReply])

    /// A floating-point number: `,`.
    case double(Double)

    /// True or false: `#`.
    case boolean(Bool)

    /// An integer of any size, as its decimal digits: `(`.
    case bigNumber(String)

    /// Bytes with a three-character format such as `txt` or `mkd`: `=`.
    indirect case verbatimString(format: String, Data)

    /// A message that answers no command: `>`. Its first element names its kind.
    case push([RESPReply])
}
