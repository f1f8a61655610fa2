import CachetorySmallFoundation

/// A blocking backend of values, over one of their stored forms; ``SerializedAsyncBackend`` without `async`.
final class SerializedSyncBackend<Format: CacheSerializer, Base: SyncCacheBackend>: SyncCacheBackend
where Format.Wire == Base.Wire, Format.Value: Sendable {
    typealias Wire = Format.Value

    private let base: Base
    private let prefix: KeyPrefix
    private let coder: ValueCoder<Format>

    init(_ base: Base, _ format: Format, prefix: String, options: CacheOptions) {
        self.base = base
        self.prefix = KeyPrefix(prefix)
        coder = ValueCoder(format, options: options)
    }

    func get(_ key: String) throws -> Format.Value? {
        guard let wire = try base.get(prefix.adding(to: key)) else { return nil }
        return try coder.decode(wire, key)
    }

    func getMany(_ keys: [String]) throws -> [(key: String, value: Format.Value)] {
        try base.getMany(prefix.adding(to: keys)).compactMap { item in
            let key = prefix.removing(from: item.key)
            return try coder.decode(item.value, key).map { (key, $0) }
        }
    }

    func set(_ key: String, to value: Format.Value, timeToLive: Duration?, ifNotExists: Bool) throws -> Bool {
        try base.set(
            prefix.adding(to: key), to: coder.encode(value), timeToLive: timeToLive, ifNotExists: ifNotExists)
    }

    func setMany(_ items: [(key: String, value: Format.Value)], timeToLive: Duration?) throws {
        let encoded = try items.map { (key: prefix.adding(to: $0.key), value: try coder.encode($0.value)) }
        try base.setMany(encoded, timeToLive: timeToLive)
    }

    func expire(_ key: String, at deadline: Date?) throws -> Bool {
        try base.expire(prefix.adding(to: key), at: deadline)
    }

    func expire(_ key: String, in timeToLive: Duration?) throws -> Bool {
        try base.expire(prefix.adding(to: key), in: timeToLive)
    }

    func delete(_ key: String) throws -> Bool {
        try base.delete(prefix.adding(to: key))
    }

    func deleteMany(_ keys: [String]) throws -> Int {
        try base.deleteMany(prefix.adding(to: keys))
    }

    func timeToLive(of key: String) throws -> RemainingTimeToLive? {
        try base.timeToLive(of: prefix.adding(to: key))
    }

    func exists(_ key: String) throws -> Bool {
        try base.exists(prefix.adding(to: key))
    }

    func getAndDelete(_ key: String) throws -> Format.Value? {
        guard let wire = try base.getAndDelete(prefix.adding(to: key)) else { return nil }
        return try coder.decode(wire, key)
    }

    func touch(_ key: String, timeToLive: Duration?) throws -> Format.Value? {
        guard let wire = try base.touch(prefix.adding(to: key), timeToLive: timeToLive) else { return nil }
        return try coder.decode(wire, key)
    }

    func getWithTimeToLive(_ key: String) throws -> (value: Format.Value, timeToLive: RemainingTimeToLive)? {
        guard let found = try base.getWithTimeToLive(prefix.adding(to: key)),
            let value = try coder.decode(found.value, key)
        else { return nil }
        return (value, found.timeToLive)
    }

    func getManyWithTimeToLive(
        _ keys: [String]
    ) throws -> [(key: String, value: Format.Value, timeToLive: RemainingTimeToLive)] {
        try base.getManyWithTimeToLive(prefix.adding(to: keys)).compactMap { item in
            let key = prefix.removing(from: item.key)
            return try coder.decode(item.value, key).map { (key, $0, item.timeToLive) }
        }
    }

    func clear() throws {
        try clear(prefix: "")
    }

    func clear(prefix: String) throws {
        try base.clear(prefix: self.prefix.adding(to: prefix))
    }

    func close() {
        base.close()
    }
}
