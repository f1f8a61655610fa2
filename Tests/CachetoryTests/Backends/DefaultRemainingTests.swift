import Cachetory
import Foundation
import Testing

/// What a backend does that leaves the newer operations to the protocol.
@Suite(.timeLimit(.minutes(1))) struct DefaultRemainingTests {
    /// Makes one of both kinds, by its number.
    private static func makeBackend(_ number: Int) -> any AsyncCacheBackend<Data> {
        number == 0 ? PlainAsyncBackend() : BlockingAdapter(base: PlainSyncBackend())
    }

    @Test(arguments: 0...1)
    func `what the older operations can tell is told`(_ number: Int) async throws {
        let backend = Self.makeBackend(number)
        let value = Data("value".utf8)
        #expect(try await backend.exists("key") == false)
        #expect(try await backend.getAndDelete("key") == nil)
        #expect(try await backend.touch("key", timeToLive: nil) == nil)
        try await backend.set("key", to: value)
        #expect(try await backend.exists("key"))
        #expect(try await backend.touch("key", timeToLive: .seconds(60)) == value)
        #expect(try await backend.getAndDelete("key") == value)
        #expect(try await backend.exists("key") == false)
        try await backend.set("key", to: value)
        #expect(try await backend.touch("key", timeToLive: .zero) == value)
        #expect(try await backend.exists("key") == false)
    }

    @Test(arguments: 0...1)
    func `what is left cannot be told`(_ number: Int) async throws {
        let backend = Self.makeBackend(number)
        let error = CacheBackendError.cannotTellTimeToLive
        await #expect(throws: error) { try await backend.timeToLive(of: "key") }
        await #expect(throws: error) { try await backend.getWithTimeToLive("key") }
        await #expect(throws: error) { try await backend.getManyWithTimeToLive(["key"]) }
    }
}

/// What a user wrote before there were the operations that have default implementations.
private struct PlainAsyncBackend: AsyncCacheBackend {
    let memory = AsyncMemoryBackend<Data>()

    func get(_ key: String) async throws -> Data? { try await memory.get(key) }

    func getMany(_ keys: [String]) async throws -> [(key: String, value: Data)] { try await memory.getMany(keys) }

    func set(_ key: String, to value: Data, timeToLive: Duration?, ifNotExists: Bool) async throws -> Bool {
        try await memory.set(key, to: value, timeToLive: timeToLive, ifNotExists: ifNotExists)
    }

    func setMany(_ items: [(key: String, value: Data)], timeToLive: Duration?) async throws {
        try await memory.setMany(items, timeToLive: timeToLive)
    }

    func expire(_ key: String, at deadline: Date?) async throws -> Bool { try await memory.expire(key, at: deadline) }

    func expire(_ key: String, in timeToLive: Duration?) async throws -> Bool {
        try await memory.expire(key, in: timeToLive)
    }

    func delete(_ key: String) async throws -> Bool { try await memory.delete(key) }

    func deleteMany(_ keys: [String]) async throws -> Int { try await memory.deleteMany(keys) }

    func clear() async throws { try await memory.clear() }

    func close() async { await memory.close() }
}

/// What a user wrote before there were the operations that have default implementations.
private struct PlainSyncBackend: SyncCacheBackend {
    let memory = SyncMemoryBackend<Data>()

    func get(_ key: String) throws -> Data? { try memory.get(key) }

    func getMany(_ keys: [String]) throws -> [(key: String, value: Data)] { try memory.getMany(keys) }

    func set(_ key: String, to value: Data, timeToLive: Duration?, ifNotExists: Bool) throws -> Bool {
        try memory.set(key, to: value, timeToLive: timeToLive, ifNotExists: ifNotExists)
    }

    func setMany(_ items: [(key: String, value: Data)], timeToLive: Duration?) throws {
        try memory.setMany(items, timeToLive: timeToLive)
    }

    func expire(_ key: String, at deadline: Date?) throws -> Bool { try memory.expire(key, at: deadline) }

    func expire(_ key: String, in timeToLive: Duration?) throws -> Bool {
        try memory.expire(key, in: timeToLive)
    }

    func delete(_ key: String) throws -> Bool { try memory.delete(key) }

    func deleteMany(_ keys: [String]) throws -> Int { try memory.deleteMany(keys) }

    func clear() throws { try memory.clear() }

    func close() { memory.close() }
}
