import Cachetory
import Foundation
import Synchronization

/// A store whose reads are what a test wants them to be.
final class ScriptedBackend: SyncCacheBackend, AsyncCacheBackend {
    typealias Wire = Data

    /// Answers a read, given its number, its key and the stored value.
    typealias Script = @Sendable (_ number: Int, _ key: String, _ stored: Data?) async throws -> Data?

    private let store = SyncMemoryBackend<Data>(limit: .unlimited)
    private let reads = Atomic(0)
    private let blockingScript: @Sendable (Int, String, Data?) throws -> Data?
    private let script: Script

    /// For blocking and async reads.
    init(_ script: @escaping @Sendable (_ number: Int, _ key: String, _ stored: Data?) throws -> Data?) {
        blockingScript = script
        self.script = script
    }

    /// For reads that suspend.
    init(async script: @escaping Script) {
        blockingScript = { _, _, stored in stored }
        self.script = script
    }

    /// How many reads there were.
    var readCount: Int { reads.load(ordering: .relaxed) }

    private func nextNumber() -> Int { reads.wrappingAdd(1, ordering: .relaxed).oldValue }

    func get(_ key: String) throws -> Data? {
        try blockingScript(nextNumber(), key, store.get(key))
    }

    func get(_ key: String) async throws -> Data? {
        try await script(nextNumber(), key, store.get(key))
    }

    func getMany(_ keys: [String]) throws -> [(key: String, value: Data)] { try store.getMany(keys) }

    func set(_ key: String, to value: Data, timeToLive: Duration?, ifNotExists: Bool) throws -> Bool {
        try store.set(key, to: value, timeToLive: timeToLive, ifNotExists: ifNotExists)
    }

    func setMany(_ items: [(key: String, value: Data)], timeToLive: Duration?) throws {
        try store.setMany(items, timeToLive: timeToLive)
    }

    func expire(_ key: String, at deadline: Date?) throws -> Bool { try store.expire(key, at: deadline) }
    func expire(_ key: String, in timeToLive: Duration?) throws -> Bool { try store.expire(key, in: timeToLive) }
    func delete(_ key: String) throws -> Bool { try store.delete(key) }
    func deleteMany(_ keys: [String]) throws -> Int { try store.deleteMany(keys) }
    func clear() throws { try store.clear() }

    /// It stays open, so that a test can look at what is left.
    func close() {}

    /// How many keys are stored among some.
    func count(of keys: [String]) throws -> Int { try store.getMany(keys).count }
}
