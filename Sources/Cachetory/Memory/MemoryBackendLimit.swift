/// How much a memory backend holds before it evicts.
///
/// ```swift
/// let sessions = AsyncMemoryBackend<Data>(limit: .entries(10_000))
/// let pages = AsyncMemoryBackend<Data>(limit: .cost(64 << 20) { key, page in key.utf8.count + page.count })
/// ```
public struct MemoryBackendLimit<Wire>: Sendable {
    /// The greatest total cost of all entries.
    let cost: Int

    /// The cost of one entry; nil if each costs 1.
    let costOfEntry: (@Sendable (_ key: String, _ value: Wire) -> Int)?

    /// A number of entries, whatever their size; zero or less holds nothing at all.
    public static func entries(_ count: Int) -> MemoryBackendLimit {
        MemoryBackendLimit(cost: max(count, 0), costOfEntry: nil)
    }

    /// A total cost of entries, often bytes; zero or less holds nothing at all.
    ///
    /// - Parameters:
    ///   - total: the limit of all entries' cost. An entry that alone costs more is not kept. While `set` evicts others
    ///     for a costly one, the total may exceed the limit.
    ///   - costOfEntry: what one entry costs, at least 1. It is called once per `set` of a value.
    public static func cost(
        _ total: Int, of costOfEntry: @escaping @Sendable (_ key: String, _ value: Wire) -> Int
    ) -> MemoryBackendLimit {
        MemoryBackendLimit(cost: max(total, 0), costOfEntry: costOfEntry)
    }

    /// Nothing is ever evicted: for keys whose number the program knows.
    public static var unlimited: MemoryBackendLimit { .entries(.max) }

    /// 100,000 entries: a bound that small programs never reach, and that keeps a forgotten cache of small values
    /// within tens of megabytes. For large values use ``cost(_:of:)``.
    public static var standard: MemoryBackendLimit { .entries(100_000) }

    func cost(of key: String, _ value: Wire) -> Int {
        guard let costOfEntry else { return 1 }
        return max(costOfEntry(key, value), 1)
    }
}
