import Cachetory
import Foundation
import Testing

/// The examples of the documentation, word for word.
@Suite(.timeLimit(.minutes(5))) struct FunctionExamples {
    private struct Page: CacheKeyArgument {
        var number: Int
        var keyText: String { "page(\(number.keyText))" }
    }

    @Test func `a cached function`() async throws {
        let cache = AsyncCache<String>.memory()
        let greeting = cached(in: cache, key: .readable("greeting")) { (name: String) async throws in "Hello, \(name)!"
        }
        let text = try await greeting("Ada")
        try await greeting.purge("Ada")
        #expect(text == "Hello, Ada!")
    }

    @Test func `a cached blocking function`() throws {
        let cache = SyncCache<String>.memory()
        let greeting = cached(in: cache, key: .readable("greeting")) { (name: String) throws in "Hello, \(name)!" }
        let text = try greeting("Ada")
        try greeting.purge("Ada")
        #expect(text == "Hello, Ada!")
    }

    @Test func `a time to live of its own`() async throws {
        @Sendable func fetchRate(_ from: String, _ to: String) async throws -> Double { 0.5 }
        let cache = AsyncCache<Double>.memory()
        let rate = cached(in: cache, key: .readable("rate"), timeToLive: .fixed(.seconds(60))) {
            (from: String, to: String) async throws in try await fetchRate(from, to)
        }
        let euros = try await rate("USD", "EUR")
        #expect(euros == 0.5)
    }

    @Test func `keys of functions`() async throws {
        let readable = CachedFunctionKey<Int, String>.readable("page")  // page(7,"en")
        let hashed = CachedFunctionKey<Int, String>.hashed("page")  // 64 hexadecimal digits
        let own = CachedFunctionKey<Int, String> { number, language in "\(language)/\(number)" }
        for (key, cached) in [(readable, #"page(7,"en")"#), (own, "en/7")] {
            let cache = AsyncCache<Int>.memory()
            #expect(
                try await Cachetory.cached(in: cache, key: key) { (_: Int, _: String) async throws in 1 }(7, "en") == 1)
            #expect(try await cache.get(cached) == 1)
        }
        let cache = AsyncCache<Int>.memory()
        #expect(
            try await cached(in: cache, key: hashed) { (number: Int, _: String) async throws in number }(7, "en") == 7)
        #expect(Page(number: 7).keyText == "page(7)")
    }
}
