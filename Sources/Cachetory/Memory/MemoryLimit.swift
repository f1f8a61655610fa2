/// How much a memory backend holds before it evicts.
///
/// ```swift
/// let sessions = AsyncMemoryBackend<Data>(limit: .entries(10_000))
/// let pages = AsyncMemoryBackend<Data>(limit: .cost(64 << 20) { key, page in key.utf8.count + page.count })
/// ```
public struct MemoryLimit<Wire>: Sendable {
    /// What all the entries may cost together.
    let cost: Int

    /// What one costs; nil if each costs 1.
    let costOfEntry: (@Sendable (_ key: String, _ value: Wire) -> Int)?

    /// As many entries, whatever their size; zero or less holds nothing at all.
    public static func entries(_ count: Int) -> MemoryLimit {
        MemoryLimit(cost: max(count, 0), costOfEntry: nil)
    }

    /// Entries of so much cost together, often bytes; zero or less holds nothing at all.
    ///
    /// - Parameters:
    ///   - total: what all the entries may cost together. One that costs more than all of this alone is not kept. While
    ///     `set` displaces others for a costly one, all together may cost more.
    ///   - costOfEntry: what one entry costs, at least 1. It is called once each time that a value is set.
    public static func cost(
        _ total: Int, of costOfEntry: @escaping @Sendable (_ key: String, _ value: Wire) -> Int
    ) -> MemoryLimit {
        MemoryLimit(cost: max(total, 0), costOfEntry: costOfEntry)
    }

    /// Nothing is ever evicted: for keys whose number the program knows.
    public static var unlimited: MemoryLimit { .entries(.max) }

    /// 100,000 entries: a bound that small programs never meet, and that keeps a forgotten cache of small values within
    /// tens of megabytes. Whoever stores large values gives a ``cost(_:of:)``.
    public static var standard: MemoryLimit { .entries(100_000) }

    func cost(of key: String, _ value: Wire) -> Int {
        guard let costOfEntry else { return 1 }
        return max(costOfEntry(key, value), 1)
    }
}
