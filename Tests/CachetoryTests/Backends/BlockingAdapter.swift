import Cachetory
import CachetoryTestSupport
import Foundation

/// Shows a blocking backend as an asynchronous one, so that one suite tests both.
///
/// Each call runs on a thread of its own: it may block for as long as it likes without stopping the tasks of others.
struct BlockingAdapter<Base: SyncCacheBackend>: AsyncCacheBackend {
    let base: Base

    func get(_ key: String) async throws -> Base.Wire? {
        try await onThread { try base.get(key) }
    }

    func getMany(_ keys: [String]) async throws -> [(key: String, value: Base.Wire)] {
        try await onThread { try base.getMany(keys) }
    }

    func set(_ key: String, to value: Base.Wire, timeToLive: Duration?, ifNotExists: Bool) async throws -> Bool {
        try await onThread { try base.set(key, to: value, timeToLive: timeToLive, ifNotExists: ifNotExists) }
    }

    func setMany(_ items: [(key: String, value: Base.Wire)], timeToLive: Duration?) async throws {
        try await onThread { try base.setMany(items, timeToLive: timeToLive) }
    }

    func expire(_ key: String, at deadline: Date?) async throws -> Bool {
        try await onThread { try base.expire(key, at: deadline) }
    }

    func expire(_ key: String, in timeToLive: Duration?) async throws -> Bool {
        try await onThread { try base.expire(key, in: timeToLive) }
    }

    func delete(_ key: String) async throws -> Bool {
        try await onThread { try base.delete(key) }
    }

    func deleteMany(_ keys: [String]) async throws -> Int {
        try await onThread { try base.deleteMany(keys) }
    }

    func timeToLive(of key: String) async throws -> RemainingTimeToLive? {
        try await onThread { try base.timeToLive(of: key) }
    }

    func exists(_ key: String) async throws -> Bool {
        try await onThread { try base.exists(key) }
    }

    func getAndDelete(_ key: String) async throws -> Base.Wire? {
        try await onThread { try base.getAndDelete(key) }
    }

    func touch(_ key: String, timeToLive: Duration?) async throws -> Base.Wire? {
        try await onThread { try base.touch(key, timeToLive: timeToLive) }
    }

    func getWithTimeToLive(_ key: String) async throws -> (value: Base.Wire, timeToLive: RemainingTimeToLive)? {
        try await onThread { try base.getWithTimeToLive(key) }
    }

    func getManyWithTimeToLive(
        _ keys: [String]
    ) async throws -> [(key: String, value: Base.Wire, timeToLive: RemainingTimeToLive)] {
        try await onThread { try base.getManyWithTimeToLive(keys) }
    }

    func clear() async throws {
        try await onThread { try base.clear() }
    }

    func clear(prefix: String) async throws {
        try await onThread { try base.clear(prefix: prefix) }
    }

    func close() async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                base.close()
                continuation.resume()
            }
        }
    }
}
