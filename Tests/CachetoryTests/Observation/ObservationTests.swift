import CachetoryLocking
import Foundation
import Testing

@testable import Cachetory

@Suite(.timeLimit(.minutes(5))) struct ObservationTests {
    private struct Failure: Error {}

    /// Writes down what it is told.
    private final class Notes: CacheObserver {
        private let events = Lock<[CacheEvent]>([])

        func observe(_ event: CacheEvent) { events.withLock { $0.append(event) } }

        /// What was told since the last time.
        func take() -> [String] {
            let events = events.withLock { events in
                defer { events = [] }
                return events
            }
            return events.map { "\("\($0.kind)".prefix { $0 != "(" }) \($0.key ?? "-")" }
        }
    }

    private let notes = Notes()

    @Test func `every operation of an async cache is observed`() async throws {
        let backend = AsyncMemoryBackend<String>()
        let cache = AsyncCache(
            backend: backend, serializer: NoOpCacheSerializer(), prefix: "p:", options: CacheOptions(observer: notes))
        _ = try await cache.get("a")
        #expect(notes.take() == ["miss a"])
        try await cache.set("a", to: "1")
        try await cache.set("a", to: "2", ifNotExists: true)
        try await cache.setMany(["b": "2"])
        #expect(notes.take() == ["set a", "set b"])
        try await cache.set("over", to: "1", timeToLive: .seconds(0))
        try await cache.setMany(["over": "1"], timeToLive: .seconds(-1))
        #expect(notes.take() == [])
        _ = try await cache.get("a")
        _ = try await cache.getMany(["a", "missing", "b"])
        #expect(notes.take() == ["hit a", "hit a", "miss missing", "hit b"])
        _ = try await cache.getOrSet("c") { "3" }
        #expect(notes.take() == ["miss c", "compute c", "set c"])
        _ = try? await cache.getOrSet("d") { throw Failure() }
        #expect(notes.take() == ["miss d", "error d"])
        _ = try await cache.getOrSetMany(["c", "e"]) { _ in ["e": "5"] }
        #expect(notes.take() == ["hit c", "miss e", "compute e", "set e"])
        try await cache.expire("a", in: nil)
        try await cache.expire("a", at: nil)
        try await cache.delete("a")
        try await cache.deleteMany(["b", "a"])
        try await cache.clear()
        #expect(notes.take() == ["delete a", "delete b", "delete a"])
        await cache.close()
        _ = try? await cache.get("a")
        _ = try? await cache.getMany(["a", "b"])
        _ = try? await cache.set("a", to: "1")
        try? await cache.setMany(["a": "1"])
        try? await cache.clear()
        #expect(notes.take() == ["error a", "error a", "error b", "error a", "error a", "error -"])
    }

    @Test func `every operation of a blocking cache is observed`() throws {
        let cache = SyncCache<String>.memory(options: CacheOptions(observer: notes))
        _ = try cache.getOrSet("a") { "1" }
        _ = try cache.getMany(["a", "b"])
        try cache.set("a", to: "2", ifNotExists: true)
        try cache.setMany(["b": "2"])
        try cache.set("over", to: "1", timeToLive: .seconds(0))
        try cache.setMany(["over": "1"], timeToLive: .seconds(-1))
        try cache.delete("a")
        try cache.deleteMany(["b"])
        try cache.expire("b", in: nil)
        #expect(
            notes.take() == [
                "miss a", "compute a", "set a", "hit a", "miss b", "set b", "delete a", "delete b",
            ])
        cache.close()
        _ = try? cache.get("a")
        _ = try? cache.getMany(["a"])
        _ = try? cache.set("a", to: "1")
        try? cache.clear()
        #expect(notes.take() == ["error a", "error a", "error a", "error -"])
    }

    @Test func `what is left is observed in an async cache`() async throws {
        let cache = AsyncCache<String>.memory(options: CacheOptions(observer: notes))
        try await cache.set("a", to: "1")
        _ = notes.take()
        _ = try await cache.exists("a")
        _ = try await cache.timeToLive(of: "a")
        #expect(notes.take() == [])
        try await cache.touch("a", timeToLive: .seconds(60))
        try await cache.touch("missing")
        #expect(notes.take() == ["hit a", "miss missing"])
        _ = try await cache.store.getWithTimeToLive("a")
        _ = try await cache.store.getWithTimeToLive("missing")
        _ = try await cache.store.getManyWithTimeToLive(["missing", "a"])
        #expect(notes.take() == ["hit a", "miss missing", "miss missing", "hit a"])
        _ = try await cache.getAndDelete("a")
        _ = try await cache.getAndDelete("a")
        #expect(notes.take() == ["hit a", "delete a", "miss a", "delete a"])
        await cache.close()
        _ = try? await cache.exists("a")
        _ = try? await cache.timeToLive(of: "a")
        _ = try? await cache.touch("a")
        _ = try? await cache.getAndDelete("a")
        _ = try? await cache.store.getWithTimeToLive("a")
        _ = try? await cache.store.getManyWithTimeToLive(["a", "b"])
        #expect(notes.take() == Array(repeating: "error a", count: 6) + ["error b"])
    }

    @Test func `what is left is observed in a blocking cache`() throws {
        let cache = SyncCache<String>.memory(options: CacheOptions(observer: notes))
        try cache.set("a", to: "1")
        _ = notes.take()
        _ = try cache.exists("a")
        _ = try cache.timeToLive(of: "a")
        #expect(notes.take() == [])
        try cache.touch("a", timeToLive: .seconds(60))
        try cache.touch("missing")
        #expect(notes.take() == ["hit a", "miss missing"])
        _ = try cache.store.getWithTimeToLive("a")
        _ = try cache.store.getWithTimeToLive("missing")
        _ = try cache.store.getManyWithTimeToLive(["missing", "a"])
        #expect(notes.take() == ["hit a", "miss missing", "miss missing", "hit a"])
        _ = try cache.getAndDelete("a")
        _ = try cache.getAndDelete("a")
        #expect(notes.take() == ["hit a", "delete a", "miss a", "delete a"])
        cache.close()
        _ = try? cache.exists("a")
        _ = try? cache.timeToLive(of: "a")
        _ = try? cache.touch("a")
        _ = try? cache.getAndDelete("a")
        _ = try? cache.store.getWithTimeToLive("a")
        _ = try? cache.store.getManyWithTimeToLive(["a", "b"])
        #expect(notes.take() == Array(repeating: "error a", count: 6) + ["error b"])
    }

    @Test func `keys of one look are observed apart`() async throws {
        let cache = AsyncCache<String>.memory(options: CacheOptions(observer: notes))
        try await cache.set("caf\u{e9}", to: "1")
        _ = notes.take()
        _ = try await cache.getEach(["caf\u{e9}", "cafe\u{301}"])
        #expect(notes.take().map { $0.prefix { $0 != " " } } == ["hit", "miss"])
    }

    @Test func `counters count every kind`() {
        let counters = CacheCounters()
        #expect(counters.current.hitRatio == nil)
        let kinds: [(CacheEvent.Kind, Int)] = [
            (.hit, 3), (.miss, 1), (.set, 2), (.delete, 4), (.decodeFailure(Failure()), 5), (.compute, 6),
            (.error(Failure()), 7),
        ]
        for (kind, count) in kinds {
            for _ in 0..<count { counters.observe(CacheEvent(kind, key: nil, duration: .zero)) }
        }
        let expected = CacheCounters.Counts(
            hits: 3, misses: 1, sets: 2, deletes: 4, decodeFailures: 5, computes: 6, errors: 7)
        #expect(counters.current == expected)
        #expect(counters.current.hitRatio == 0.75)
    }
}
