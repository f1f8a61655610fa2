import Cachetory
import CachetoryLocking
import Foundation

/// A backend in memory whose calls are written down, and can be held back by a test before they are executed.
final class HeldBackend: AsyncCacheBackend {
    typealias Wire = String

    let memory = AsyncMemoryBackend<String>()
    private let log = Lock<[String]>([])
    private let gates = Lock<[String: Gate]>([:])
    private let held = Lock<Set<String>>([])

    /// What was executed.
    var calls: [String] { log.withLock { $0 } }

    /// Holds back all calls of a name until the gate is opened.
    func hold(_ name: String) -> Gate {
        let gate = Gate()
        gates.withLock { $0[name] = gate }
        return gate
    }

    /// Whether a call of that name has been held back.
    func isHeld(_ name: String) -> Bool { held.withLock { $0.contains(name) } }

    func release(_ name: String) {
        gates.withLock { $0.removeValue(forKey: name) }?.open()
    }

    private func pass(_ name: String, _ keys: [String]) async throws {
        if let gate = gates.withLock({ $0[name] }) {
            held.withLock { _ = $0.insert(name) }
            try await gate.pass()
        }
        log.withLock { $0.append("\(name) \(keys.joined(separator: " "))") }
    }

    func get(_ key: String) async throws -> String? {
        try await pass("get", [key])
        return try await memory.get(key)
    }

    func getMany(_ keys: [String]) async throws -> [(key: String, value: String)] {
        try await pass("getMany", keys)
        return try await memory.getMany(keys)
    }

    func set(_ key: String, to value: String, timeToLive: Duration?, ifNotExists: Bool) async throws -> Bool {
        try await pass("set", [key, value])
        return try await memory.set(key, to: value, timeToLive: timeToLive, ifNotExists: ifNotExists)
    }

    func setMany(_ items: [(key: String, value: String)], timeToLive: Duration?) async throws {
        try await pass("setMany", items.map(\.key).sorted())
        try await memory.setMany(items, timeToLive: timeToLive)
    }

    func expire(_ key: String, at deadline: Date?) async throws -> Bool {
        try await pass("expire", [key])
        return try await memory.expire(key, at: deadline)
    }

    func expire(_ key: String, in timeToLive: Duration?) async throws -> Bool {
        try await pass("expire", [key])
        return try await memory.expire(key, in: timeToLive)
    }

    func delete(_ key: String) async throws -> Bool {
        try await pass("delete", [key])
        return try await memory.delete(key)
    }

    func deleteMany(_ keys: [String]) async throws -> Int {
        try await pass("deleteMany", keys)
        return try await memory.deleteMany(keys)
    }

    func timeToLive(of key: String) async throws -> RemainingTimeToLive? {
        try await pass("timeToLive", [key])
        return try await memory.timeToLive(of: key)
    }

    func exists(_ key: String) async throws -> Bool {
        try await pass("exists", [key])
        return try await memory.exists(key)
    }

    func getAndDelete(_ key: String) async throws -> String? {
        try await pass("getAndDelete", [key])
        return try await memory.getAndDelete(key)
    }

    func touch(_ key: String, timeToLive: Duration?) async throws -> String? {
        try await pass("touch", [key])
        return try await memory.touch(key, timeToLive: timeToLive)
    }

    func getWithTimeToLive(_ key: String) async throws -> (value: String, timeToLive: RemainingTimeToLive)? {
        try await pass("getWithTimeToLive", [key])
        return try await memory.getWithTimeToLive(key)
    }

    func getManyWithTimeToLive(
        _ keys: [String]
    ) async throws -> [(key: String, value: String, timeToLive: RemainingTimeToLive)] {
        try await pass("getManyWithTimeToLive", keys)
        return try await memory.getManyWithTimeToLive(keys)
    }

    func clear() async throws {
        try await pass("clear", [])
        try await memory.clear()
    }

    func close() async { await memory.close() }
}
