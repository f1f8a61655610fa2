/// When keys were last written by computations or overtaken by other writes, as counts: a plain value without locks.
///
/// A caller takes the count before it looks a key up. If the key's stamp is higher when the caller wants to compute, the
/// key may have been stored meanwhile. A stamp is shared by the keys of one hash; a collision costs one look-up more.
struct KeyStamps {
    /// A power of two. With 100 stamps set during a look-up, one look-up in 40 is repeated in vain.
    private static let count = 4096

    /// Empty until the first stamp is set.
    private var stamps: [Int] = []

    /// How many times stamps were set.
    private(set) var mark = 0

    /// Stamps keys.
    mutating func stamp(_ keys: some Sequence<CacheKey>) {
        if stamps.isEmpty { stamps = Array(repeating: 0, count: Self.count) }
        mark += 1
        for key in keys { stamps[Self.position(of: key)] = mark }
    }

    /// Whether a key may have been stamped since a ``mark`` was taken.
    func isStamped(_ key: CacheKey, since mark: Int) -> Bool {
        self.mark != mark && stamps[Self.position(of: key)] > mark
    }

    private static func position(of key: CacheKey) -> Int { key.hashValue & (count - 1) }
}
