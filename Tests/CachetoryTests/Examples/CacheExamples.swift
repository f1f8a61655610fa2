import Cachetory
import Foundation
import Testing

/// The examples of the documentation, word for word.
@Suite(.timeLimit(.minutes(5))) struct CacheExamples {
    @Test func `options and counters`() async throws {
        let counters = CacheCounters()
        var options = CacheOptions(observer: counters)
        options.jitter = 0.1
        let cache = AsyncCache<String>.memory(options: options)
        _ = try await cache.get("missing")
        #expect(counters.current.misses == 1)
        #expect(counters.current.hitRatio == 0)
    }

    @Test func `a cache over a backend`() async throws {
        let backend = AsyncMemoryBackend<Data>(limit: .entries(10_000))
        let cache = AsyncCache(backend: backend, serializer: JSONCacheSerializer<[Int]>(), prefix: "numbers:")
        try await cache.set("primes", to: [2, 3, 5])
        #expect(try await backend.get("numbers:primes") == Data("[2,3,5]".utf8))
    }

    @Test func `a blocking cache over a backend`() throws {
        let backend = SyncMemoryBackend<Data>(limit: .entries(10_000))
        let cache = SyncCache(backend: backend, serializer: JSONCacheSerializer<[Int]>(), prefix: "numbers:")
        try cache.set("primes", to: [2, 3, 5])
        #expect(try backend.get("numbers:primes") == Data("[2,3,5]".utf8))
    }

    @Test func `defaults, batches and subscripts`() async throws {
        do {
            let cache = AsyncCache<Int>.memory()
            let visits = try await cache.get("visits", default: 0)
            try await cache.setMany(["one": 1, "two": 2])
            #expect(visits == 0)
            #expect(try await cache.getMany(["one", "two"]) == ["one": 1, "two": 2])
        }
        let keys = ["one", "two"]
        let cache = AsyncCache<Int>.memory()
        for (key, value) in zip(keys, try await cache.getEach(keys)) { print(key, value ?? 0) }
        try await cache.setMany(zip(["three", "four"], [3, 4]), timeToLive: .seconds(60))
        #expect(try await cache.getEach(keys + ["four"]) == [nil, nil, 4])
    }

    @Test func `a subscript`() throws {
        let cache = SyncCache<String>.memory()
        let name = try cache["name"]
        #expect(name == nil)
    }

    @Test func `times to live`() async throws {
        let cache = AsyncCache<Int>.memory(timeToLive: .seconds(600))
        try await cache.set("a", to: 1)  // for ten minutes
        try await cache.set("b", to: 2, timeToLive: .seconds(60))
        try await cache.set("c", to: 3, timeToLive: .forever)
        #expect(try await cache.getEach(["a", "b", "c"]) == [1, 2, 3])
    }

    @Test func `a cycle`() async throws {
        let cache = AsyncCache<Int>.memory()
        do {
            _ = try await cache.getOrSet("sum") { try await cache.getOrSet("sum") { 1 } + 1 }
            Issue.record("the cycle was not found")
        } catch CacheError.cycle(let keys) {
            #expect(keys == ["sum", "sum"])
        }
    }

    @Test(arguments: [true, false])
    func `memory and dummy`(_ isCacheOn: Bool) async throws {
        do {
            let cache = AsyncCache<[String]>.memory(limit: .entries(1000), timeToLive: .seconds(60))
            try await cache.set("key", to: ["value"])
            #expect(try await cache.get("key") == ["value"])
        }
        let cache = isCacheOn ? AsyncCache<[String]>.memory() : .dummy()
        try await cache.set("key", to: ["value"])
        #expect(try await cache.get("key") == (isCacheOn ? ["value"] : nil))
    }

    @Test func `get or compute`() async throws {
        @Sendable func render(_ name: String) async throws -> String { "<p>\(name)</p>" }
        @Sendable func loadUsers(_ ids: [String]) async throws -> [String: String] {
            Dictionary(uniqueKeysWithValues: ids.map { ($0, "user \($0)") })
        }
        let pages = AsyncCache<String>.memory()
        let page = try await pages.getOrSet("front") { try await render("front") }
        #expect(page == "<p>front</p>")
        let cache = AsyncCache<String>.memory()
        let users = try await cache.getOrSetMany(["1", "2", "3"]) { missing in
            try await loadUsers(missing)
        }
        #expect(users.count == 3)
    }

    @Test func `an observer and an event`() async throws {
        struct SlowLog: CacheObserver {
            func observe(_ event: CacheEvent) {
                if event.duration > .milliseconds(100) { print("slow:", event.key ?? "-", event.duration) }
            }
        }
        let cache = AsyncCache<String>.memory(options: CacheOptions(observer: SlowLog()))
        #expect(try await cache.get("missing") == nil)
        let event = CacheEvent(.hit, key: "user:42", duration: .microseconds(80))
        #expect(event.key == "user:42")
    }

    @Test func `a backend of a URL`() async throws {
        let backend = try CacheBackendURL("memory://").makeAsyncBackend()
        try await backend.set("greeting", to: Data("Hello".utf8))
        #expect(try await backend.get("greeting") == Data("Hello".utf8))
    }

    /// Connections are made when they are needed, so no server is.
    @Test func `caches of URLs`() async throws {
        do {
            let cache = try AsyncCache(url: "redis://localhost/0", serializer: StringCacheSerializer(), prefix: "text:")
            await cache.close()
        }
        let cache = try AsyncCache<[String: Int]>(
            url: "redis://localhost", serializer: "json+zlib://?compression-level=3")
        await cache.close()
        await #expect(throws: RedisCallError.closed) { try await cache.get("key") }
    }
}

/// What needs a server where the documentation says that it is: compiled, and not run.
private func asyncCacheExample() async throws -> Bool {
    struct User: Codable { var name: String }
    let users = try AsyncCache<User>(
        url: "redis://localhost", serializer: "json", prefix: "user:", timeToLive: .seconds(600))
    try await users.set("42", to: User(name: "Ada"))
    let user = try await users.get("42")
    return user?.name == "Ada"
}

private func syncCacheExample() throws -> Bool {
    struct User: Codable { var name: String }
    let users = try SyncCache<User>(
        url: "redis://localhost", serializer: "json", prefix: "user:", timeToLive: .seconds(600))
    try users.set("42", to: User(name: "Ada"))
    let user = try users.get("42")
    return user?.name == "Ada"
}
