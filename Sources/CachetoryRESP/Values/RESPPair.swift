/// One key of a RESP3 map with its value.
///
/// ```swift
/// let pool = try ConnectionPool(url: "redis://localhost")
/// if case .map(let pairs) = try await pool.execute(["HGETALL", "user:42"]) {
///     for pair in pairs { print(pair.key, pair.value) }
/// }
/// ```
public struct RESPPair: Sendable, Hashable {
    /// The key: mostly a string.
    public let key: RESPReply
    /// What belongs to the key.
    public let value: RESPReply

    /// A pair of both.
    public init(key: RESPReply, value: RESPReply) {
        self.key = key
        self.value = value
    }
}
