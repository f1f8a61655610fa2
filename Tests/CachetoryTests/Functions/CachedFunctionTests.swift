import CachetoryLocking
import CachetoryTestSupport
import Foundation
import Testing

@testable import Cachetory

@Suite(.timeLimit(.minutes(5))) struct CachedFunctionTests {
    private struct Failure: Error {}

    private let calls = Calls()

    /// Which calls a function got.
    private final class Calls: Sendable {
        private let list = Lock<[String]>([])
        var all: [String] { list.withLock { $0 } }

        func add(_ call: String) -> String {
            list.withLock { $0.append(call) }
            return call
        }
    }

    @Test func `the same arguments are computed once`() async throws {
        let cache = AsyncCache<String>.memory()
        let join = cached(in: cache, key: .readable("join")) { [calls] (text: String, number: Int) async throws in
            calls.add("\(text):\(number)")
        }
        #expect(try await join("a", 1) == "a:1")
        #expect(try await join("a", 1) == "a:1")
        #expect(try await join("a", 2) == "a:2")
        #expect(calls.all == ["a:1", "a:2"])
        #expect(try await cache.get(#"join("a",1)"#) == "a:1")
        #expect(try await join.purge("a", 1))
        #expect(try await join.purge("a", 1) == false)
        #expect(try await join("a", 1) == "a:1")
        #expect(calls.all == ["a:1", "a:2", "a:1"])
    }

    @Test func `a blocking function does the same`() throws {
        let cache = SyncCache<String>.memory()
        let join = cached(in: cache, key: .hashed("join")) { [calls] (text: String, number: Int) throws in
            calls.add("\(text):\(number)")
        }
        #expect(try join("a", 1) == "a:1")
        #expect(try join("a", 1) == "a:1")
        #expect(try join.purge("a", 1))
        #expect(try join("a", 1) == "a:1")
        #expect(calls.all.count == 2)
        #expect(try cache.get(BLAKE2s.hexadecimal(#"join("a",1)"#)) == "a:1")
    }

    @Test func `a function without arguments is cached`() async throws {
        let now = cached(in: AsyncCache<String>.memory(), key: .readable("now")) { [calls] () async throws in
            calls.add("now")
        }
        #expect(try await now() == "now")
        #expect(try await now() == "now")
        #expect(try await now.purge())
        #expect(calls.all.count == 1)
    }

    @Test func `the cache can be chosen by the arguments, and none of them`() async throws {
        let (small, large) = (AsyncCache<String>.memory(), AsyncCache<String>.memory())
        let text = cached(
            in: { (number: Int) throws in number == 0 ? nil : number < 10 ? small : large }, key: .readable("text")
        ) { [calls] (number: Int) async throws in calls.add("\(number)") }
        for number in [0, 0, 1, 1, 10, 10] { #expect(try await text(number) == "\(number)") }
        #expect(calls.all == ["0", "0", "1", "10"])
        #expect(try await small.get("text(1)") == "1")
        #expect(try await large.get("text(10)") == "10")
        #expect(try await text.purge(0) == false)
        #expect(try await text.purge(10))
    }

    @Test func `a blocking cache can be chosen too`() throws {
        let cache = SyncCache<String>.memory()
        let text = cached(in: { (number: Int) throws in number == 0 ? nil : cache }, key: .readable("text")) {
            [calls] (number: Int) throws in calls.add("\(number)")
        }
        for number in [0, 0, 1, 1] { #expect(try text(number) == "\(number)") }
        #expect(calls.all == ["0", "0", "1"])
        #expect(try text.purge(0) == false)
    }

    @Test func `what is excluded is not cached`() async throws {
        let cache = AsyncCache<String>.memory()
        let text = cached(
            in: cache, key: CachedFunctionKey { (number: Int) in "key:\(number)" },
            exclude: { key, value in key == "key:1" && value == "1" }
        ) { [calls] (number: Int) async throws in calls.add("\(number)") }
        for number in [1, 1, 2, 2] { #expect(try await text(number) == "\(number)") }
        #expect(calls.all == ["1", "1", "2"])
    }

    @Test(
        arguments: [
            (CachedFunctionTimeToLive.ofCache, 60), (.fixed(.seconds(10)), 10), (.fixed(.forever), nil),
            (.fixed(.ofCache), 60),
            (.byKey { key in key == "f(1)" ? .seconds(20) : .forever }, 20),
        ] as [(CachedFunctionTimeToLive, Int64?)])
    func `a result lives as long as it should`(_ timeToLive: CachedFunctionTimeToLive, _ seconds: Int64?) async throws {
        let backend = AsyncMemoryBackend<Int>(clock: ManualClock())
        let cache = AsyncCache(backend: backend, serializer: NoOpCacheSerializer(), timeToLive: .seconds(60))
        let function = cached(in: cache, key: .readable("f"), timeToLive: timeToLive) { (number: Int) async throws in
            number
        }
        #expect(try await function(1) == 1)
        #expect(try backend.remainingTimeToLive(of: "f(1)") == seconds.map { .milliseconds($0 * 1000) } ?? .forever)
    }

    @Test(arguments: [false, true])
    func `what somebody else cached meanwhile stays if asked`(_ ifNotExists: Bool) async throws {
        let backend = AsyncMemoryBackend<String>()
        let cache = AsyncCache(backend: backend, serializer: .noOp())
        let function = cached(in: cache, key: .readable("f"), ifNotExists: ifNotExists) { (number: Int) async throws in
            try await backend.set("f(\(number))", to: "other")
            return "own"
        }
        #expect(try await function(1) == "own")
        #expect(try await cache.get("f(1)") == (ifNotExists ? "other" : "own"))
    }

    @Test func `what cannot be read does not stay`() async throws {
        let backend = AsyncMemoryBackend<Data>()
        try await backend.set("f(1)", to: Data("unreadable".utf8))
        let cache = AsyncCache<[Int]>(backend: backend, serializer: .json())
        let function = cached(in: cache, key: .readable("f"), ifNotExists: true) {
            [calls] (number: Int) async throws in
            _ = calls.add("async")
            return [number]
        }
        for _ in 0..<10 { #expect(try await function(1) == [1]) }
        #expect(calls.all == ["async"])
        #expect(try await backend.get("f(1)") == Data("[1]".utf8))
        try await backend.set("f(1)", to: Data("unreadable".utf8))
        try await onThread { [calls] () throws -> Void in
            let cache = SyncCache<[Int]>(backend: SyncMemoryBackend(sharing: backend), serializer: .json())
            let function = cached(in: cache, key: .readable("f"), ifNotExists: true) { (number: Int) throws in
                _ = calls.add("blocking")
                return [number]
            }
            for _ in 0..<10 { #expect(try function(1) == [1]) }
        }
        #expect(calls.all == ["async", "blocking"])
    }

    @Test func `an error is not cached`() async throws {
        let function = cached(in: AsyncCache<String>.memory(), key: .readable("f")) {
            [calls] (number: Int) async throws in
            if calls.all.isEmpty {
                _ = calls.add("failed")
                throw Failure()
            }
            return "value"
        }
        await #expect(throws: Failure.self) { try await function(1) }
        #expect(try await function(1) == "value")
    }
}
