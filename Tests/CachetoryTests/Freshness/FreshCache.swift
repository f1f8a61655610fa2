import CachetoryLocking
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Synchronization

@testable import Cachetory

/// An async or a blocking cache of texts with freshness, used from a test in the same way.
struct FreshCache: Sendable {
    enum Kind: CaseIterable { case async, blocking }

    /// One of the two.
    let async: AsyncCache<String>?
    let blocking: SyncCache<String>?

    init(_ kind: Kind, _ backend: SwitchedBackend, _ freshness: Freshness?, timeToLive: Duration? = .seconds(10)) {
        var options = CacheOptions(freshness: freshness)
        options.freshness?.clock = backend.memoryClock
        options.observer = backend.counters
        async =
            kind == .async
            ? AsyncCache(backend: backend, serializer: .noOp(), timeToLive: timeToLive, options: options) : nil
        blocking =
            kind == .blocking
            ? SyncCache(backend: backend, serializer: .noOp(), timeToLive: timeToLive, options: options) : nil
    }

    init(_ kind: Kind, url: String, _ freshness: Freshness?, timeToLive: Duration? = .seconds(10)) throws {
        let options = CacheOptions(freshness: freshness)
        async =
            kind == .async
            ? try AsyncCache(url: url, serializer: "json", timeToLive: timeToLive, options: options) : nil
        blocking =
            kind == .blocking
            ? try SyncCache(url: url, serializer: "json", timeToLive: timeToLive, options: options) : nil
    }

    /// Does something with the cache; on a thread of its own, where it blocks.
    func use<Result: Sendable>(
        _ async: @escaping @Sendable (AsyncCache<String>) async throws -> Result,
        _ blocking: @escaping @Sendable (SyncCache<String>) throws -> Result
    ) async throws -> Result {
        if let cache = self.async { return try await async(cache) }
        guard let cache = self.blocking else { preconditionFailure("a cache is of one of the two kinds") }
        return try await onThread { try blocking(cache) }
    }

    func getOrSet(_ key: String, _ work: Work) async throws -> String {
        try await use { cache in
            try await cache.getOrSet(key, computing: { try await work.run() })
        } _: { cache throws in
            try cache.getOrSet(key, computing: { try work.runBlocking() })
        }
    }

    func getOrSetMany(_ keys: [String], _ work: Work) async throws -> [String: String] {
        try await use { cache in
            try await cache.getOrSetMany(
                keys,
                computing: { missing in
                    let computed = try await work.run()
                    return Dictionary(uniqueKeysWithValues: missing.map { ($0, computed) })
                })
        } _: { cache throws in
            try cache.getOrSetMany(
                keys,
                computing: { missing in
                    let computed = try work.runBlocking()
                    return Dictionary(uniqueKeysWithValues: missing.map { ($0, computed) })
                })
        }
    }

    func get(_ key: String) async throws -> String? {
        try await use {
            try await $0.get(key)
        } _: {
            try $0.get(key)
        }
    }

    func getMany(_ keys: [String]) async throws -> [String: String] {
        try await use {
            try await $0.getMany(keys)
        } _: {
            try $0.getMany(keys)
        }
    }

    @discardableResult
    func set(_ key: String, to value: String, timeToLive: CacheTimeToLive = .ofCache) async throws -> Bool {
        try await use {
            try await $0.set(key, to: value, timeToLive: timeToLive)
        } _: {
            try $0.set(key, to: value, timeToLive: timeToLive)
        }
    }

    @discardableResult
    func delete(_ key: String) async throws -> Bool {
        try await use {
            try await $0.delete(key)
        } _: {
            try $0.delete(key)
        }
    }

    @discardableResult
    func markStale(_ key: String) async throws -> Bool {
        try await use {
            try await $0.markStale(key)
        } _: {
            try $0.markStale(key)
        }
    }

    func write(_ call: OverwritingCall, _ key: String) async throws {
        try await use {
            try await call.run(key, in: $0)
        } _: {
            try call.run(key, in: $0)
        }
    }

    func close() async {
        await async?.close()
        _ = try? await onThread { blocking?.close() }
    }

    /// How many computations nobody has finished or given up.
    var isIdle: Bool { async?.singleFlight.isIdle ?? blocking?.singleFlight.isIdle ?? true }

    var callers: Int { async?.singleFlight.callers ?? blocking?.singleFlight.callers ?? 0 }
}

/// A computation that a test holds back, or has fail.
final class Work: Sendable {
    struct Failure: Error {}

    private let made: Computed<String>
    private let fails: Bool
    private let gate: Gate?
    private let latch = Latch()
    private let begun = Atomic(0)

    /// How often it has begun.
    var count: Int { begun.load(ordering: .sequentiallyConsistent) }

    /// - Parameter isHeld: whether it waits for ``release()``.
    init(_ value: String, isHeld: Bool = false) {
        (made, fails, gate) = (Computed(value), false, isHeld ? Gate() : nil)
    }

    init(_ made: Computed<String>, isHeld: Bool = false) {
        (self.made, fails, gate) = (made, false, isHeld ? Gate() : nil)
    }

    /// One that fails.
    init(isHeld: Bool = false) {
        (made, fails, gate) = (Computed(""), true, isHeld ? Gate() : nil)
    }

    func release() {
        gate?.open()
        latch.open()
    }

    func run() async throws -> Computed<String> {
        begun.add(1, ordering: .sequentiallyConsistent)
        try await gate?.pass()
        return try result()
    }

    func runBlocking() throws -> Computed<String> {
        begun.add(1, ordering: .sequentiallyConsistent)
        if gate != nil { latch.wait() }
        return try result()
    }

    private func result() throws -> Computed<String> {
        if fails { throw Failure() }
        return made
    }
}

/// A backend in memory, on a clock that a test moves, which fails when a test says so.
final class SwitchedBackend: AsyncCacheBackend, SyncCacheBackend {
    typealias Wire = String

    enum State: Int, AtomicRepresentable { case up, full, down }

    let clock = ManualClock()
    let counters = CacheCounters()
    private let memory: SyncMemoryBackend<String>
    private let state = Atomic(State.up)
    private let log = Lock<[String]>([])

    var memoryClock: MemoryClock { MemoryClock(clock, date: { [clock] in clock.date }) }

    /// What was executed.
    var calls: [String] { log.withLock { $0 } }

    /// All that were ever set one by one.
    var keys: [String] {
        calls.filter { $0.hasPrefix("set ") }.map {
            String($0.dropFirst(4).split(separator: " ").dropLast().joined(separator: " "))
        }
    }

    init() {
        memory = SyncMemoryBackend(limit: .unlimited, clock: clock, date: { [clock] in clock.date })
    }

    func become(_ state: State) { self.state.store(state, ordering: .sequentiallyConsistent) }

    func forgetCalls() { log.withLock { $0 = [] } }

    private func check(_ call: String, writes: Bool = false) throws {
        switch state.load(ordering: .sequentiallyConsistent) {
        case .down: throw RedisCallError.connectFailed(address: "nowhere", reason: "refused")
        case .full where writes: throw RedisCallError.server(.init(code: "OOM", message: "command not allowed"))
        default: log.withLock { $0.append(call) }
        }
    }

    func get(_ key: String) throws -> String? {
        try check("get \(key)")
        return try memory.get(key)
    }

    func getMany(_ keys: [String]) throws -> [(key: String, value: String)] {
        try check("getMany \(keys.joined(separator: " "))")
        return try memory.getMany(keys)
    }

    func set(_ key: String, to value: String, timeToLive: Duration?, ifNotExists: Bool) throws -> Bool {
        try check("set \(key) \(value)", writes: true)
        return try memory.set(key, to: value, timeToLive: timeToLive, ifNotExists: ifNotExists)
    }

    func setMany(_ items: [(key: String, value: String)], timeToLive: Duration?) throws {
        try check("setMany \(items.map(\.key).sorted().joined(separator: " "))", writes: true)
        try memory.setMany(items, timeToLive: timeToLive)
    }

    func expire(_ key: String, at deadline: Date?) throws -> Bool {
        try check("expire \(key)")
        return try memory.expire(key, at: deadline)
    }

    func expire(_ key: String, in timeToLive: Duration?) throws -> Bool {
        try check("expire \(key)")
        return try memory.expire(key, in: timeToLive)
    }

    func delete(_ key: String) throws -> Bool {
        try check("delete \(key)")
        return try memory.delete(key)
    }

    func deleteMany(_ keys: [String]) throws -> Int {
        try check("deleteMany \(keys.sorted().joined(separator: " "))")
        return try memory.deleteMany(keys)
    }

    func clear() throws {
        try check("clear")
        try memory.clear()
    }

    func clear(prefix: String) throws {
        try check("clear")
        try memory.clear(prefix: prefix)
    }

    func timeToLive(of key: String) throws -> RemainingTimeToLive? {
        try check("timeToLive \(key)")
        return try memory.timeToLive(of: key)
    }

    func exists(_ key: String) throws -> Bool {
        try check("exists \(key)")
        return try memory.exists(key)
    }

    func getAndDelete(_ key: String) throws -> String? {
        try check("getAndDelete \(key)")
        return try memory.getAndDelete(key)
    }

    func touch(_ key: String, timeToLive: Duration?) throws -> String? {
        try check("touch \(key)")
        return try memory.touch(key, timeToLive: timeToLive)
    }

    func getWithTimeToLive(_ key: String) throws -> (value: String, timeToLive: RemainingTimeToLive)? {
        try check("getWithTimeToLive \(key)")
        return try memory.getWithTimeToLive(key)
    }

    func getManyWithTimeToLive(
        _ keys: [String]
    ) throws -> [(key: String, value: String, timeToLive: RemainingTimeToLive)] {
        try check("getManyWithTimeToLive \(keys.joined(separator: " "))")
        return try memory.getManyWithTimeToLive(keys)
    }

    func close() { memory.close() }
}
