/// What a cache cannot do, whatever its backend.
///
/// ```swift
/// let cache = AsyncCache<Int>.memory()
/// do {
///     _ = try await cache.getOrSet("sum") { try await cache.getOrSet("sum") { 1 } + 1 }
/// } catch CacheError.cycle(let keys) {
///     print(keys)  // ["sum", "sum"]
/// }
/// ```
public enum CacheError: Error, Hashable {
    /// A computation would deadlock: it asks for its own key, or for that of another one which waits for it.
    ///
    /// The keys in the order in which their computations wait for each other, without prefixes; the last repeats the
    /// first. All callers of one of these computations get the error, unless it catches it.
    case cycle(_ keys: [String])

    /// Two keys have different bytes but are equal as a `String`, so a dictionary cannot hold both.
    ///
    /// Nothing was read or computed.
    case equivalentKeys(String, String)

    /// A computation has taken longer than ``Freshness/limit``, and there is no stale value.
    ///
    /// It may be running still; what it returns is not stored.
    case computationTimedOut(limit: Duration)
}

extension CacheError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .cycle(let keys):
            "computations would wait for each other without end: \(keys.map(Self.shown).joined(separator: " → ")); "
                + "compute without asking the cache for a key that waits for this one"
        case .computationTimedOut(let limit):
            "a computation took longer than its limit of \(limit); what it returns later is not stored; look at what "
                + "it waits for, or set a longer limit in Freshness"
        case .equivalentKeys(let first, let second):
            "the keys \(Self.shown(first)) and \(Self.shown(second)) have different bytes, but a dictionary cannot tell "
                + "them apart; ask for them in two calls, or with getEach(_:)"
        }
    }

    /// What is not ASCII is escaped, for the keys may look the same.
    private static func shown(_ key: String) -> String {
        var text = "\""
        for scalar in key.unicodeScalars.prefix(longestKey) { text += scalar.escaped(asASCII: true) }
        return text + (key.unicodeScalars.count > longestKey ? "…\"" : "\"")
    }

    /// In scalars. An error is for people to read.
    private static let longestKey = 100
}
