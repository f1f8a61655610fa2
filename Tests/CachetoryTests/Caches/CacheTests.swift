import Cachetory
import CachetoryLocalServer
import CachetoryTestSupport
import Foundation
import Testing

@Suite(.mayNeedTLS, .timeLimit(.minutes(2))) struct CacheTests {
    private struct User: Codable, Equatable {
        var name: String
    }

    @Test(arguments: BackendUnderTest.all)
    func `the prefix is on every key of the backend and on none of the cache`(
        _ subject: BackendUnderTest
    ) async throws {
        try await subject.run { store async throws in
            let cache = Self.cache(store.backend, prefix: "user:")
            try await cache.set("1", to: User(name: "Ada"))
            try await cache.setMany(["2": User(name: "Grace"), "\u{301}": User(name: "Mark")])
            #expect(try await store.backend.getMany(["user:1", "user:2", "user:\u{301}", "1"]).count == 3)
            #expect(
                try await cache.getMany(["\u{301}", "2", "user:1"])
                    == ["2": User(name: "Grace"), "\u{301}": User(name: "Mark")])
            #expect(try await cache.expire("1", in: .seconds(60)))
            #expect(try await store.isLeft(60_000, to: "user:1"))
            #expect(try await cache.expire("1", at: nil))
            #expect(try await cache.delete("1"))
            #expect(try await cache.deleteMany(["1", "2", "\u{301}"]) == 2)
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `clearing a cache leaves those with other prefixes alone`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            let starred = Self.cache(store.backend, prefix: "a*:")
            let other = Self.cache(store.backend, prefix: "ab:")
            try await starred.setMany(["1": User(name: "Ada"), "2": User(name: "Grace")])
            try await other.set("1", to: User(name: "Edsger"))
            try await starred.clear()
            #expect(try await starred.getMany(["1", "2"]).isEmpty)
            #expect(try await other.get("1") == User(name: "Edsger"))
            try await Self.cache(store.backend, prefix: "").clear()
            #expect(try await other.get("1") == nil)
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a value lives as long as the cache says unless the call does`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            let cache = Self.cache(store.backend, prefix: "", timeToLive: .seconds(60))
            let user = User(name: "Ada")
            try await cache.set("default", to: user)
            try await cache.setMany(["many": user])
            try await cache.set("own", to: user, timeToLive: .seconds(600))
            try await cache.set("ever", to: user, timeToLive: .forever)
            #expect(try await store.isLeft(60_000, to: "default"))
            #expect(try await store.isLeft(60_000, to: "many"))
            #expect(try await store.isLeft(600_000, to: "own"))
            #expect(try await store.remaining("ever") == .forever)
            #expect(try await cache.set("ever", to: user, ifNotExists: true) == false)
        }
    }

    @Test func `what cannot be read is a miss that the observer is told of`() async throws {
        let backend = AsyncMemoryBackend<Data>()
        let counters = CacheCounters()
        let cache = AsyncCache(
            backend: backend, serializer: JSONCacheSerializer<User>(), prefix: "user:",
            options: CacheOptions(observer: counters))
        try await backend.setMany([("user:1", Data("{}".utf8)), ("user:2", Data(#"{"name":"Ada"}"#.utf8))])
        #expect(try await cache.get("1") == nil)
        #expect(try await cache.getMany(["1", "2"]) == ["2": User(name: "Ada")])
        #expect(try await cache.getOrSet("1") { User(name: "Grace") } == User(name: "Grace"))
        #expect(try await cache.get("1") == User(name: "Grace"))
        #expect(counters.current.decodeFailures == 3)
        #expect(counters.current.errors == 0)
    }

    @Test func `what cannot be read is an error for those who want it`() async throws {
        let backend = AsyncMemoryBackend<Data>()
        let cache = AsyncCache(
            backend: backend, serializer: JSONCacheSerializer<User>(), options: CacheOptions(decodeFailure: .throw))
        try await backend.set("key", to: Data("{}".utf8))
        await #expect(throws: CacheSerializationError.self) { try await cache.get("key") }
        await #expect(throws: CacheSerializationError.self) { try await cache.getMany(["key"]) }
        let blocking = SyncCache(
            backend: SyncMemoryBackend(sharing: backend), serializer: JSONCacheSerializer<User>(),
            options: CacheOptions(decodeFailure: .throw))
        try await onThread { () throws -> Void in
            #expect(throws: CacheSerializationError.self) { try blocking.get("key") }
            #expect(throws: CacheSerializationError.self) { try blocking.getMany(["key"]) }
        }
    }

    @Test func `a stored nil differs from a missing key`() async throws {
        let cache = AsyncCache<String?>(backend: AsyncMemoryBackend<Data>(), serializer: JSONCacheSerializer<String?>())
        try await cache.set("key", to: nil)
        #expect(try await cache.get("key") == .some(nil))
        #expect(try await cache.get("missing") == nil as String??)
        #expect(try await cache.get("missing", default: "default") == "default")
        #expect(try await cache.getMany(["key", "missing"]) == ["key": nil])
    }

    @Test(arguments: [nil, 0, 100, 1_000_000])
    func `large values come through where they are read elsewhere`(_ threshold: Int?) async throws {
        let cache = AsyncCache(
            backend: AsyncMemoryBackend<Data>(), serializer: JSONCacheSerializer<[Int]>(),
            options: CacheOptions(offloadThreshold: threshold))
        for count in [1, 1000, 1000, 1] {
            let value = Array(0..<count)
            try await cache.set("key", to: value)
            #expect(try await cache.get("key") == value)
            try await cache.setMany(["other": value])
            #expect(try await cache.getMany(["key", "other"]) == ["key": value, "other": value])
        }
    }

    @Test func `a blocking cache can be subscripted`() throws {
        let cache = SyncCache<Int>.memory(timeToLive: .seconds(60))
        try cache.set("one", to: 1)
        #expect(try cache["one"] == 1)
        #expect(try cache["two"] == nil)
        #expect(try cache["two", default: 2] == 2)
        try cache.setMany([("two", 2)])
        #expect(try cache.get("two", default: 3) == 2)
    }

    @Test func `a dummy cache keeps nothing`() async throws {
        let cache = AsyncCache<Int>.dummy()
        #expect(try await cache.set("key", to: 1))
        #expect(try await cache.get("key") == nil)
        #expect(try await cache.getOrSet("key") { 2 } == 2)
        try await onThread { () throws -> Void in #expect(try SyncCache<Int>.dummy().getOrSet("key") { 3 } == 3) }
    }

    @Test func `keys of one look are two keys`() async throws {
        let (composed, combined) = ("caf\u{e9}", "cafe\u{301}")
        let cache = AsyncCache<Int>.memory()
        try await cache.setMany([(composed, 1), (combined, 2)])
        #expect(try await cache.getEach([combined, composed, "none", composed]) == [2, 1, nil, 1])
        let error = CacheError.equivalentKeys(composed, combined)
        await #expect(throws: error) { try await cache.getMany([composed, combined]) }
        await #expect(throws: error) { try await cache.getOrSetMany([composed, "a", combined]) { _ in [:] } }
        #expect(error.description.contains(#""caf\u{00E9}""#) && error.description.contains(#""cafe\u{0301}""#))
        #expect(error.localizedDescription == error.description)
        #expect(try await cache.getMany([composed, composed]) == [composed: 1])
        #expect(try await cache.getMany([combined]) == [combined: 2])
        try await cache.delete(composed)
        // A closure that answers with the other form of a key cannot mean another one.
        #expect(try await cache.getOrSetMany([composed]) { _ in [combined: 3] } == [composed: 3])
        #expect(try await cache.getEach([composed, combined]) == [3, 2])
        try await onThread { () throws -> Void in
            let cache = SyncCache<Int>.memory()
            try cache.setMany([(composed, 1), (combined, 2)])
            #expect(try cache.getEach([combined, composed, "none"]) == [2, 1, nil])
            #expect(throws: error) { try cache.getMany([composed, combined]) }
            #expect(throws: error) { try cache.getOrSetMany([composed, combined]) { _ in [:] } }
            try cache.delete(composed)
            #expect(try cache.getOrSetMany([composed]) { _ in [combined: 3] } == [composed: 3])
            #expect(try cache.getEach([composed, combined]) == [3, 2])
        }
    }

    @Test func `keys and pairs come from any sequence`() async throws {
        let cache = AsyncCache<Int>.memory()
        try await cache.setMany(zip(["a", "b"], 1...))
        try await cache.setMany((3...4).lazy.map { ("\($0)", $0) }, timeToLive: .seconds(60))
        try await cache.setMany(["c": 5])
        try await cache.setMany([(key: "d", value: 6)])
        #expect(try await cache.getMany(Set(["a", "b"])) == ["a": 1, "b": 2])
        #expect(try await cache.getMany((3...4).lazy.map(String.init)) == ["3": 3, "4": 4])
        #expect(try await cache.getMany([]).isEmpty)
        #expect(try await cache.deleteMany(["c": 5, "d": 6].keys) == 2)
        let computed = try await cache.getOrSetMany(["a", "x"].lazy.filter { $0 != "b" }) { missing in
            Dictionary(uniqueKeysWithValues: missing.map { ($0, 7) })
        }
        #expect(computed == ["a": 1, "x": 7])
    }

    @Test func `serializers are named by members`() async throws {
        let backend = AsyncMemoryBackend<Data>()
        let numbers = AsyncCache<[Int]>(backend: backend, serializer: .json())
        try await numbers.set("json", to: [1])
        #expect(try await backend.get("json") == Data("[1]".utf8))
        let packed = AsyncCache<[Int]>(backend: backend, serializer: .messagePack())
        try await packed.set("packed", to: [1])
        #expect(try await backend.get("packed") == Data([0x91, 1]))
        try await AsyncCache(backend: backend, serializer: .string()).set("text", to: "text")
        #expect(try await AsyncCache(backend: backend, serializer: .data()).get("text") == Data("text".utf8))
        let properties = AsyncCache<[Int]>(backend: backend, serializer: .propertyList())
        try await properties.set("list", to: [1])
        #expect(try await properties.get("list") == [1])
        let plain = AsyncCache<[Int]>(backend: AsyncMemoryBackend<[Int]>(), serializer: .noOp())
        try await plain.set("plain", to: [1])
        #expect(try await plain.get("plain") == [1])
    }

    private static func cache(
        _ backend: some AsyncCacheBackend<Data>, prefix: String, timeToLive: Duration? = nil
    ) -> AsyncCache<User> {
        AsyncCache(backend: backend, serializer: JSONCacheSerializer(), prefix: prefix, timeToLive: timeToLive)
    }
}
