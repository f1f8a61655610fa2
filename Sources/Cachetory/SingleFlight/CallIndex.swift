/// Which calls a key has, as their numbers: a part of ``CallTable``.
struct CallIndex {
    /// The call of each key; none that has finished, was given up or was overtaken.
    private var index: [CacheKey: Int] = [:]

    /// The calls that are storing a key: one that was overtaken, and those that were started since.
    private var stores: [CacheKey: [Int]] = [:]

    private var stamps = KeyStamps()

    /// Counts finished calls, and calls that were overtaken.
    var mark: Int { stamps.mark }

    /// Whether a key may have finished or been overtaken since a ``mark`` was taken.
    func isStamped(_ key: CacheKey, since mark: Int) -> Bool { stamps.isStamped(key, since: mark) }

    /// All keys that are being computed or stored.
    var keys: Set<CacheKey> { Set(index.keys).union(stores.keys) }

    /// The call by which callers get a key.
    func call(of key: CacheKey) -> Int? { index[key] }

    /// The calls that are storing a key.
    func stores(of key: CacheKey) -> [Int] { stores[key] ?? [] }

    mutating func add(_ keys: [CacheKey], to call: Int) {
        for key in keys { index[key] = call }
    }

    /// Takes keys off a call, except for those that are on a later one.
    mutating func remove(_ keys: [CacheKey], of call: Int) {
        for key in keys where index[key] == call { index[key] = nil }
    }

    /// Takes a key off its call, for somebody else writes it.
    ///
    /// - Returns: the call, if it was on one.
    mutating func detach(_ key: CacheKey) -> Int? {
        guard let call = index.removeValue(forKey: key) else { return nil }
        stamps.stamp(CollectionOfOne(key))
        return call
    }

    mutating func beginStoring(_ keys: [CacheKey], of call: Int) {
        for key in keys { stores[key, default: []].append(call) }
    }

    /// The call of some keys has ended.
    ///
    /// - Parameter stored: the keys that it was storing.
    mutating func finish(_ keys: [CacheKey], storing stored: [CacheKey], of call: Int) {
        stamps.stamp(keys)
        remove(keys, of: call)
        for key in stored {
            stores[key]?.removeAll { $0 == call }
            if stores[key]?.isEmpty == true { stores[key] = nil }
        }
    }
}
