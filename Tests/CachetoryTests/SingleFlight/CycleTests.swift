import CachetoryTestSupport
import Foundation
import Testing

@testable import Cachetory

/// Computations that would wait for themselves.
@Suite(.timeLimit(.minutes(2))) struct CycleTests {
    private let cache = AsyncCache<String>.memory()
    private let blocking = SyncCache<String>.memory()

    @Test func `a computation that asks for its own key fails`() async throws {
        await #expect(throws: CacheError.cycle(["a", "a"])) {
            try await cache.getOrSet("a") { try await cache.getOrSet("a") { "inner" } }
        }
        #expect(cache.singleFlight.isIdle)
        #expect(try await cache.getOrSet("a") { "value" } == "value")
        try await onThread { () throws -> Void in
            #expect(throws: CacheError.cycle(["a", "a"])) {
                try blocking.getOrSet("a") { try blocking.getOrSet("a") { "inner" } }
            }
            #expect(try blocking.getOrSet("a") { "value" } == "value")
            #expect(blocking.singleFlight.isIdle)
        }
    }

    @Test func `it fails in child tasks and in batches too`() async throws {
        await #expect(throws: CacheError.cycle(["b", "b"])) {
            try await cache.getOrSetMany(["a", "b"]) { _ in
                async let inner = cache.getOrSetMany(["c", "b"]) { keys in
                    Dictionary(uniqueKeysWithValues: keys.map { ($0, $0) })
                }
                return try await inner
            }
        }
        #expect(try await cache.getOrSetMany(["a", "b"]) { _ in ["a": "1"] } == ["a": "1"])
        try await onThread { () throws -> Void in
            #expect(throws: CacheError.cycle(["b", "b"])) {
                try blocking.getOrSetMany(["a", "b"]) { _ in
                    try blocking.getOrSetMany(["c", "b"]) { _ in ["c": "1"] }
                }
            }
        }
    }

    @Test func `a cycle over several caches is named`() async throws {
        let other = AsyncCache<Int>.memory()
        // Each of them may be the one that closes the cycle.
        let cycles = ["abca", "bcab", "cabc"].map { CacheError.cycle($0.map(String.init)) }
        await #expect {
            try await cache.getOrSet("a") {
                let number = try await other.getOrSet("b") {
                    try await cache.getOrSet("c") { try await cache.getOrSet("a") { "inner" } }.count
                }
                return "\(number)"
            }
        } throws: { cycles.contains($0 as? CacheError ?? .cycle([])) }
        let third = SyncCache<Int>.memory()
        try await onThread { () throws -> Void in
            #expect(throws: CacheError.cycle(["b", "a", "b"])) {
                try blocking.getOrSet("a") {
                    "\(try third.getOrSet("b") { try blocking.getOrSet("a") { "inner" }.count })"
                }
            }
        }
    }

    @Test func `two computations that ask for each other fail`() async throws {
        let (isFirst, isSecond) = (Gate(), Gate())
        let first = Task {
            try await cache.getOrSet("a") {
                isFirst.open()
                try await isSecond.pass()
                return try await cache.getOrSet("b") { "inner" }
            }
        }
        let second = Task {
            try await cache.getOrSet("b") {
                isSecond.open()
                try await isFirst.pass()
                return try await cache.getOrSet("a") { "inner" }
            }
        }
        await #expect(throws: CacheError.self) { try await first.value }
        await #expect(throws: CacheError.self) { try await second.value }
        #expect(cache.singleFlight.callers == 0)
        #expect(try await cache.getOrSetMany(["a", "b"]) { _ in ["a": "1", "b": "2"] } == ["a": "1", "b": "2"])
    }

    @Test func `two threads that ask for each other's keys fail`() async throws {
        let (isFirst, isSecond) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        try await onThreads(2) { thread in
            let (own, other) = thread == 0 ? ("a", "b") : ("b", "a")
            #expect(throws: CacheError.self) {
                try blocking.getOrSet(own) {
                    (thread == 0 ? isFirst : isSecond).signal()
                    (thread == 0 ? isSecond : isFirst).wait()
                    return try blocking.getOrSet(other) { "inner" }
                }
            }
        }
        try await onThread { () throws -> Void in
            #expect(blocking.singleFlight.callers == 0)
            #expect(try blocking.getOrSet("a") { "1" } == "1")
        }
    }

    @Test func `computations may ask for keys that others compute`() async throws {
        @Sendable func fibonacci(_ number: Int) async throws -> Int {
            try await numbers.getOrSet("\(number)") {
                if number < 2 { return number }
                async let first = fibonacci(number - 1)
                async let second = fibonacci(number - 2)
                return try await first + second
            }
        }
        let numbers = AsyncCache<Int>.memory()
        #expect(try await fibonacci(40) == 102_334_155)
        try await onThreads(4) { (_: Int) throws in
            @Sendable func fibonacci(_ number: Int) throws -> Int {
                try blockingNumbers.getOrSet("\(number)") {
                    number < 2 ? number : try fibonacci(number - 1) + fibonacci(number - 2)
                }
            }
            #expect(try fibonacci(40) == 102_334_155)
        }
    }

    private let blockingNumbers = SyncCache<Int>.memory()

    @Test func `a detached task is not part of a computation`() async throws {
        let inner = Gate()
        let value = try await cache.getOrSet("a") {
            Task.detached {
                _ = try await cache.getOrSet("a") { "inner" }
                inner.open()
            }
            await eventually { cache.singleFlight.callers == 2 }
            return "value"
        }
        #expect(value == "value")
        try await inner.pass()
    }
}
