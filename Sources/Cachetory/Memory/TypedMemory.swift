import CachetorySmallFoundation

/// A shared memory of values of one type: what both memory backends are.
struct TypedMemory<Wire: Sendable>: Sendable {
    private let memory: SharedMemory
    private let limit: MemoryBackendLimit<Wire>

    init(limit: MemoryBackendLimit<Wire>, clock: MemoryClock) {
        memory = SharedMemory(limit: limit.cost, clock: clock)
        self.limit = limit
    }

    var count: Int { memory.count }

    func get(_ key: String) throws -> Wire? {
        guard let box = try memory.get(key) else { return nil }
        return Self.open(box)
    }

    func getMany(_ keys: [String]) throws -> [(key: String, value: Wire)] {
        try memory.getMany(keys).map { ($0.key, Self.open($0.value)) }
    }

    func set(_ key: String, to value: Wire, timeToLive: Duration?, ifNotExists: Bool) throws -> Bool {
        try memory.set(
            key, to: MemoryBox(value), cost: limit.cost(of: key, value), timeToLive: TimeToLive(timeToLive),
            ifNotExists: ifNotExists)
    }

    func setMany(_ items: [(key: String, value: Wire)], timeToLive: Duration?) throws {
        let timeToLive = try TimeToLive(timeToLive)
        try memory.setMany(
            items.map { ($0.key, MemoryBox($0.value), limit.cost(of: $0.key, $0.value)) }, timeToLive: timeToLive)
    }

    func expire(_ key: String, at deadline: Date?) throws -> Bool {
        try memory.expire(key, at: deadline)
    }

    func expire(_ key: String, in timeToLive: Duration?) throws -> Bool {
        try memory.expire(key, in: TimeToLive(timeToLive))
    }

    func delete(_ key: String) throws -> Bool { try memory.delete(key) }

    func deleteMany(_ keys: [String]) throws -> Int { try memory.deleteMany(keys) }

    func timeToLive(of key: String) throws -> RemainingTimeToLive? {
        try memory.remainingTimeToLive(of: key).map { RemainingTimeToLive($0) }
    }

    func exists(_ key: String) throws -> Bool { try memory.exists(key) }

    func getAndDelete(_ key: String) throws -> Wire? {
        guard let box = try memory.getAndDelete(key) else { return nil }
        return Self.open(box)
    }

    func touch(_ key: String, timeToLive: Duration?) throws -> Wire? {
        guard let box = try memory.touch(key, timeToLive: TimeToLive(timeToLive)) else { return nil }
        return Self.open(box)
    }

    func getWithTimeToLive(_ key: String) throws -> (value: Wire, timeToLive: RemainingTimeToLive)? {
        guard let (box, timeToLive) = try memory.getWithTimeToLive(key) else { return nil }
        return (Self.open(box), RemainingTimeToLive(timeToLive))
    }

    func getManyWithTimeToLive(
        _ keys: [String]
    ) throws -> [(key: String, value: Wire, timeToLive: RemainingTimeToLive)] {
        try memory.getManyWithTimeToLive(keys).map { ($0.key, Self.open($0.value), RemainingTimeToLive($0.timeToLive)) }
    }

    func clear() throws { try memory.clear() }

    func clear(prefix: String) throws { try memory.clear(prefix: prefix) }

    func close() { memory.close() }

    func removeExpired() throws -> Int { try memory.removeExpired() }

    func remainingTimeToLive(of key: String) throws -> TimeToLive? {
        try memory.remainingTimeToLive(of: key)
    }

    /// Unchecked, for this type alone fills its memory, and a checked cast takes longer than the rest of a hit.
    private static func open(_ value: any SharedMemory.Value) -> Wire {
        unsafeDowncast(value, to: MemoryBox<Wire>.self).value
    }
}
