/// Values that a computation made, and how they are to be stored.
struct ComputedValues<Value: Sendable>: Sendable {
    var values: [CacheKey: Value]

    /// Nil is for ever.
    var timeToLive: Duration?

    /// Whether a value stays that somebody else stored meanwhile. Only for a single key.
    var ifNotExists = false

    /// Whether they are to be stored at all.
    var isStored = true

    /// The same for some of the keys.
    func limited(to keys: [CacheKey]) -> ComputedValues {
        if keys.count == values.count { return self }
        var part = self
        part.values = Dictionary(uniqueKeysWithValues: keys.compactMap { key in values[key].map { (key, $0) } })
        return part
    }
}
