import CachetoryLocalServer
import CachetoryTestSupport
import Foundation
import Testing

@testable import Cachetory

/// Freshness over real servers, which Python uses too, and which are killed.
@Suite(.timeLimit(.minutes(5)), .serialized) struct FreshnessRedisTests {
    typealias Kind = FreshCache.Kind

    private static func withServer(
        _ body: (LocalRedisServer, AsyncRedisBackend) async throws -> Void
    ) async throws {
        let server = try await LocalRedisServer.start()
        let backend = try AsyncRedisBackend(url: server.unixURL)
        try await body(server, backend)
        await backend.close()
        server.stop()
    }

    private static func milliseconds(_ key: String, _ backend: AsyncRedisBackend) async throws -> Double {
        guard case .after(let time)? = try await backend.timeToLive(of: key) else { return -1 }
        return time / .milliseconds(1)
    }

    /// Runs what python_freshness.py says.
    private struct Question: Encodable, Sendable {
        var url: String
        var set: [String: String] = [:]
        var seconds: Double = 0
        var get: [String] = []
    }

    private struct Answer: Decodable, Sendable {
        var values: [String: String?]
        /// In Base64, as the server has them.
        var bytes: [String: Data]
    }

    private static func ask(_ question: Question) async throws -> Answer {
        try await PythonScript(named: "python_freshness.py", beside: #filePath).answer(to: question)
    }

    @Test(arguments: Kind.allCases)
    func `in the server a value lives for its time and its grace, and Python reads it`(kind: Kind) async throws {
        try await Self.withServer { server, backend async throws in
            let url = "redis://127.0.0.1:\(server.port)"
            let cache = try FreshCache(kind, url: url, Freshness(grace: .seconds(100), keeping: .server))
            let start = ContinuousClock.now
            #expect(try await cache.getOrSet("computed", Work("a \"1\"")) == "a \"1\"")
            try await cache.set("set", to: "a \"1\"")
            for key in ["computed", "set"] {
                let left = try await Self.milliseconds(key, backend)
                #expect(left <= 110_000 && left >= 109_998 - start.duration(to: .now) / .milliseconds(1))
            }
            // Python writes the same bytes, and reads these.
            let keys = ["computed", "set", "python"]
            let answer = try await Self.ask(Question(url: url, set: ["python": "a \"1\""], seconds: 60, get: keys))
            #expect(answer.values == ["computed": "a \"1\"", "set": "a \"1\"", "python": "a \"1\""])
            #expect(answer.bytes["computed"] == answer.bytes["python"] && answer.bytes["set"] == answer.bytes["python"])
            // 60 s of Python's are less than the grace: stale. Without an end, fresh for ever.
            #expect(try await cache.get("python") == nil)
            #expect(try await cache.getOrSet("python", Work()) == "a \"1\"")
            _ = try await Self.ask(Question(url: url, set: ["for ever": "x"]))
            #expect(try await cache.get("for ever") == "x")
            _ = try await Self.ask(Question(url: url, set: ["long": "x"], seconds: 160))
            #expect(try await cache.get("long") == "x")
            await cache.close()
        }
    }

    @Test(arguments: Kind.allCases)
    func `in memory the server's time is exact, and with the server killed copies are served for so long`(
        kind: Kind
    ) async throws {
        try await Self.withServer { server, backend async throws in
            var freshness = Freshness(grace: .seconds(60), onBackendError: .staleOrCompute)
            let clock = ManualClock()
            freshness.clock = MemoryClock(clock, date: { clock.date })
            let cache = try FreshCache(kind, url: server.unixURL, freshness, timeToLive: .seconds(10))
            let start = ContinuousClock.now
            #expect(try await cache.getOrSet("key", Work("old")) == "old")
            let left = try await Self.milliseconds("key", backend)
            #expect(left <= 10_000 && left >= 9_998 - start.duration(to: .now) / .milliseconds(1))
            server.kill()
            for _ in 0..<3 {
                #expect(try await cache.get("key") == "old")
                #expect(try await cache.getOrSet("key", Work()) == "old")
                clock.advance(by: .seconds(23))
            }
            clock.advance(by: .seconds(2))
            await #expect(throws: (any Error).self) { try await cache.get("key") }
            await #expect(throws: Work.Failure.self) { try await cache.getOrSet("key", Work()) }
            await cache.close()
        }
    }

    @Test(arguments: Kind.allCases)
    func `a deletion that fails is sent when the server is back, and before the key is read`(kind: Kind) async throws {
        try await Self.withServer { server, backend async throws in
            let cache = try FreshCache(kind, url: server.unixURL, Freshness(onBackendError: .compute))
            try await cache.set("key", to: "old", timeToLive: .forever)
            try await cache.set("unread", to: "old", timeToLive: .forever)
            _ = try await backend.client.execute(["SAVE"])
            try await onThread { server.kill() }
            #expect(try await cache.delete("key") == false)
            #expect(try await cache.delete("unread") == false)
            for number in 0..<1_000 {
                let (time, value) = try await timed { try await cache.getOrSet("key", Work("\(number)")) }
                #expect(value == "\(number)")
                // Until the pool knows that the server is away, a call waits for it.
                if number > 0 { #expect(time < .milliseconds(5) + busyMachine) }
            }
            try await onThread { try server.restart() }
            let start = ContinuousClock.now
            // Until the first call gets through.
            while (try? await backend.exists("other")) != true {
                #expect(try await cache.getOrSet("other", Work("computed")) == "computed")
            }
            #expect(try await cache.get("key") == nil)
            while try await backend.get("unread") != nil, start.duration(to: .now) < .seconds(30) { await Task.yield() }
            #expect(try await backend.get("unread") == nil)
            #expect(start.duration(to: .now) < .seconds(1) + busyMachine)
            await cache.close()
        }
    }
}
