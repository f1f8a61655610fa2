import CachetorySmallFoundation

/// A backend of values over one of their stored forms: the layer between a cache and its backend.
///
/// Only this layer prefixes keys and converts values, both ways. As a class, so that a cache holds one
/// pointer.
final class SerializedAsyncBackend<Format: CacheSerializer, Base: AsyncCacheBackend>: AsyncCacheBackend
where Format.Wire == Base.Wire, Format.Value: Sendable {
    typealias Wire = Format.Value

    private let base: Base
    private let prefix: KeyPrefix
    private let coder: ValueCoder<Format>
    private let offloading: Offloading?

    init(_ base: Base, _ format: Format, prefix: String, options: CacheOptions) {
        self.base = base
        self.prefix = KeyPrefix(prefix)
        coder = ValueCoder(format, options: options)
        offloading = Offloading(Format.Wire.self, threshold: options.offloadThreshold)
    }

    func get(_ key: String) async throws -> Format.Value? {
        guard let wire = try await base.get(prefix.adding(to: key)) else { return nil }
        if let offloading, offloading.isLarge(wire) { return try await decodeElsewhere(wire, key) }
        return try coder.decode(wire, key)
    }

    func getMany(_ keys: [String]) async throws -> [(key: String, value: Format.Value)] {
        let found = try await base.getMany(prefix.adding(to: keys))
        if let offloading, found.contains(where: { offloading.isLarge($0.value) }) {
            return try await decodeElsewhere(found)
        }
        return try decode(found)
    }

    func set(_ key: String, to value: Format.Value, timeToLive: Duration?, ifNotExists: Bool) async throws -> Bool {
        let wire = isEncodedElsewhere ? try await encodeElsewhere(value) : try coder.encode(value)
        offloading?.didWrite(wire)
        return try await base.set(
            prefix.adding(to: key), to: wire, timeToLive: timeToLive, ifNotExists: ifNotExists)
    }

    func setMany(_ items: [(key: String, value: Format.Value)], timeToLive: Duration?) async throws {
        let encoded = isEncodedElsewhere ? try await encodeElsewhere(items) : try encode(items)
        if let offloading, let last = encoded.last { offloading.didWrite(last.value) }
        try await base.setMany(encoded, timeToLive: timeToLive)
    }

    func expire(_ key: String, at deadline: Date?) async throws -> Bool {
        try await base.expire(prefix.adding(to: key), at: deadline)
    }

    func expire(_ key: String, in timeToLive: Duration?) async throws -> Bool {
        try await base.expire(prefix.adding(to: key), in: timeToLive)
    }

    func delete(_ key: String) async throws -> Bool {
        try await base.delete(prefix.adding(to: key))
    }

    func deleteMany(_ keys: [String]) async throws -> Int {
        try await base.deleteMany(prefix.adding(to: keys))
    }

    func timeToLive(of key: String) async throws -> RemainingTimeToLive? {
        try await base.timeToLive(of: prefix.adding(to: key))
    }

    func exists(_ key: String) async throws -> Bool {
        try await base.exists(prefix.adding(to: key))
    }

    func getAndDelete(_ key: String) async throws -> Format.Value? {
        guard let wire = try await base.getAndDelete(prefix.adding(to: key)) else { return nil }
        return try await decode(wire, key)
    }

    func touch(_ key: String, timeToLive: Duration?) async throws -> Format.Value? {
        guard let wire = try await base.touch(prefix.adding(to: key), timeToLive: timeToLive) else { return nil }
        return try await decode(wire, key)
    }

    func getWithTimeToLive(
        _ key: String
    ) async throws -> (value: Format.Value, timeToLive: RemainingTimeToLive)? {
        guard let found = try await base.getWithTimeToLive(prefix.adding(to: key)),
            let value = try await decode(found.value, key)
        else { return nil }
        return (value, found.timeToLive)
    }

    func getManyWithTimeToLive(
        _ keys: [String]
    ) async throws -> [(key: String, value: Format.Value, timeToLive: RemainingTimeToLive)] {
        let found = try await base.getManyWithTimeToLive(prefix.adding(to: keys))
        if let offloading, found.contains(where: { offloading.isLarge($0.value) }) {
            return try await decodeElsewhere(found)
        }
        return try decode(found)
    }

    func clear() async throws {
        try await clear(prefix: "")
    }

    func clear(prefix: String) async throws {
        try await base.clear(prefix: self.prefix.adding(to: prefix))
    }

    func close() async {
        await base.close()
    }
}

extension SerializedAsyncBackend {
    private var isEncodedElsewhere: Bool { offloading?.writesLarge ?? false }

    private func encode(_ items: [(key: String, value: Format.Value)]) throws -> [(key: String, value: Format.Wire)] {
        try items.map { (prefix.adding(to: $0.key), try coder.encode($0.value)) }
    }

    /// Here, or elsewhere if it is large.
    private func decode(_ wire: Format.Wire, _ key: String) async throws -> Format.Value? {
        if let offloading, offloading.isLarge(wire) { return try await decodeElsewhere(wire, key) }
        return try coder.decode(wire, key)
    }

    private func decode(_ found: [(key: String, value: Format.Wire)]) throws -> [(key: String, value: Format.Value)] {
        try found.compactMap { item in
            let key = prefix.removing(from: item.key)
            return try coder.decode(item.value, key).map { (key, $0) }
        }
    }

    private func decode(
        _ found: [(key: String, value: Format.Wire, timeToLive: RemainingTimeToLive)]
    ) throws -> [(key: String, value: Format.Value, timeToLive: RemainingTimeToLive)] {
        try found.compactMap { item in
            let key = prefix.removing(from: item.key)
            return try coder.decode(item.value, key).map { (key, $0, item.timeToLive) }
        }
    }

    @concurrent private func encodeElsewhere(_ value: Format.Value) async throws -> Format.Wire {
        try coder.encode(value)
    }

    @concurrent private func encodeElsewhere(
        _ items: [(key: String, value: Format.Value)]
    ) async throws -> [(key: String, value: Format.Wire)] {
        try encode(items)
    }

    @concurrent private func decodeElsewhere(_ wire: Format.Wire, _ key: String) async throws -> Format.Value? {
        try coder.decode(wire, key)
    }

    @concurrent private func decodeElsewhere(
        _ found: [(key: String, value: Format.Wire)]
    ) async throws -> [(key: String, value: Format.Value)] {
        try decode(found)
    }

    @concurrent private func decodeElsewhere(
        _ found: [(key: String, value: Format.Wire, timeToLive: RemainingTimeToLive)]
    ) async throws -> [(key: String, value: Format.Value, timeToLive: RemainingTimeToLive)] {
        try decode(found)
    }
}
