/// Which flights a key is on, as their numbers: a part of ``FlightTable``.
struct FlightRoutes {
    /// The flight of each key; none that has landed, was given up or was overtaken.
    private var routes: [CacheKey: Int] = [:]

    /// The flights that are storing a key: one that was overtaken, and those that were started since.
    private var stores: [CacheKey: [Int]] = [:]

    private var stamps = KeyStamps()

    /// Counts landings, and flights that were overtaken.
    var mark: Int { stamps.mark }

    /// Whether a key may have landed or been overtaken since a ``mark`` was taken.
    func isStamped(_ key: CacheKey, since mark: Int) -> Bool { stamps.isStamped(key, since: mark) }

    /// All keys that are being computed or stored.
    var keys: Set<CacheKey> { Set(routes.keys).union(stores.keys) }

    /// The flight by which callers get a key.
    func flight(of key: CacheKey) -> Int? { routes[key] }

    /// The flights that are storing a key.
    func stores(of key: CacheKey) -> [Int] { stores[key] ?? [] }

    mutating func add(_ keys: [CacheKey], to flight: Int) {
        for key in keys { routes[key] = flight }
    }

    /// Takes keys off a flight, except for those that are on a later one.
    mutating func remove(_ keys: [CacheKey], of flight: Int) {
        for key in keys where routes[key] == flight { routes[key] = nil }
    }

    /// Takes a key off its flight, for somebody else writes it.
    ///
    /// - Returns: the flight, if it was on one.
    mutating func detach(_ key: CacheKey) -> Int? {
        guard let flight = routes.removeValue(forKey: key) else { return nil }
        stamps.stamp(CollectionOfOne(key))
        return flight
    }

    mutating func beginStoring(_ keys: [CacheKey], of flight: Int) {
        for key in keys { stores[key, default: []].append(flight) }
    }

    /// The flight of some keys has ended.
    ///
    /// - Parameter stored: the keys that it was storing.
    mutating func land(_ keys: [CacheKey], storing stored: [CacheKey], of flight: Int) {
        stamps.stamp(keys)
        remove(keys, of: flight)
        for key in stored {
            stores[key]?.removeAll { $0 == flight }
            if stores[key]?.isEmpty == true { stores[key] = nil }
        }
    }
}
