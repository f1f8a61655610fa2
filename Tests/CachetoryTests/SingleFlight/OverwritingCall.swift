import Cachetory
import Foundation

/// A call that sets or removes a key, and so overtakes a computation of it.
enum OverwritingCall: CaseIterable, Sendable {
    case set, setIfNotExists, setOver, setMany, delete, deleteMany, expireIn, expireAt, clear

    /// What the key has after it; nil if it is gone.
    var value: String? {
        switch self {
        case .set, .setIfNotExists, .setMany: "written"
        default: nil
        }
    }

    func run(_ key: String, in cache: AsyncCache<String>) async throws {
        switch self {
        case .set: try await cache.set(key, to: "written")
        case .setIfNotExists: try await cache.set(key, to: "written", ifNotExists: true)
        case .setOver: try await cache.set(key, to: "written", timeToLive: .seconds(0))
        case .setMany: try await cache.setMany([key: "written"])
        case .delete: try await cache.delete(key)
        case .deleteMany: try await cache.deleteMany([key])
        case .expireIn: try await cache.expire(key, in: .zero)
        case .expireAt: try await cache.expire(key, at: Date(timeIntervalSince1970: 1))
        case .clear: try await cache.clear()
        }
    }

    func run(_ key: String, in cache: SyncCache<String>) throws {
        switch self {
        case .set: try cache.set(key, to: "written")
        case .setIfNotExists: try cache.set(key, to: "written", ifNotExists: true)
        case .setOver: try cache.set(key, to: "written", timeToLive: .seconds(0))
        case .setMany: try cache.setMany([key: "written"])
        case .delete: try cache.delete(key)
        case .deleteMany: try cache.deleteMany([key])
        case .expireIn: try cache.expire(key, in: .zero)
        case .expireAt: try cache.expire(key, at: Date(timeIntervalSince1970: 1))
        case .clear: try cache.clear()
        }
    }
}
