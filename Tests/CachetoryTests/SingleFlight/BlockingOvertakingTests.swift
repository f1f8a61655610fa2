import CachetoryLocalServer
import CachetoryLocking
import CachetoryTestSupport
import Foundation
import Testing

@testable import Cachetory

/// What a write does to a computation under way, in blocking code.
@Suite(.timeLimit(.minutes(2))) struct BlockingOvertakingTests {
    @Test(arguments: OverwritingCall.allCases)
    func `a write during a computation wins`(_ write: OverwritingCall) async throws {
        let server = try await LocalRedisServer.start()
        let shared = try SyncCache<String>(url: server.unixURL, serializer: .string(), prefix: "p:")
        for cache in [SyncCache<String>.memory(), shared] {
            let (isComputing, gate) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            try await onThreads(2) { thread in
                guard thread == 1 else {
                    let old = try cache.getOrSet("key") {
                        isComputing.signal()
                        gate.wait()
                        return "old"
                    }
                    #expect(old == "old")
                    return
                }
                isComputing.wait()
                try write.run("key", in: cache)
                let later = try cache.getOrSet("key") { "new" }
                #expect(later == write.value ?? "new")
                gate.signal()
                while !cache.singleFlight.isIdle { sched_yield() }
                #expect(try cache.get("key") == later)
            }
        }
        try await onThread { shared.close() }
        server.stop()
    }

    @Test func `of a batch only what was not written is stored`() async throws {
        let cache = SyncCache<String>.memory()
        try await onThread { () throws -> Void in
            let values = try cache.getOrSetMany(["a", "b", "c"]) { keys in
                try cache.delete("a")
                try cache.set("b", to: "written")
                return Dictionary(uniqueKeysWithValues: keys.map { ($0, "old") })
            }
            #expect(values == ["a": "old", "b": "old", "c": "old"])
            #expect(try cache.getMany(["a", "b", "c"]) == ["b": "written", "c": "old"])
        }
    }

    /// Holds the thread that stores, in the serializer of the value.
    private struct HoldingSerializer: CacheSerializer {
        let isStoring: DispatchSemaphore
        let gate: DispatchSemaphore

        func serialize(_ value: String) -> String {
            if value == "old" {
                isStoring.signal()
                gate.wait()
            }
            return value
        }

        func deserialize(_ wire: String) -> String { wire }
    }

    @Test(arguments: OverwritingCall.allCases)
    func `a write waits for a value that is being stored`(_ write: OverwritingCall) async throws {
        let (isStoring, gate) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let cache = SyncCache(
            backend: SyncMemoryBackend<String>(), serializer: HoldingSerializer(isStoring: isStoring, gate: gate))
        try await onThreads(3) { thread in
            switch thread {
            case 0: #expect(try cache.getOrSet("key") { "old" } == "old")
            case 1:
                isStoring.wait()
                isStoring.signal()
                try write.run("key", in: cache)
                #expect(try cache.get("key") == (write == .setIfNotExists ? "old" : write.value))
            default:
                // The gate is opened once the writer waits.
                while cache.singleFlight.callers < 2 { sched_yield() }
                gate.signal()
            }
        }
    }

    /// Deletes each key that is set.
    private final class Deleter: CacheObserver {
        let cache = Lock<SyncCache<String>?>(nil)

        func observe(_ event: CacheEvent) {
            guard case .set = event.kind, let key = event.key else { return }
            _ = try? cache.withLock { $0 }?.delete(key)
        }
    }

    @Test func `an observer may write the key that is being stored`() async throws {
        let deleter = Deleter()
        let cache = SyncCache<String>.memory(options: CacheOptions(observer: deleter))
        deleter.cache.withLock { $0 = cache }
        try await onThread { () throws -> Void in
            #expect(try cache.getOrSet("key") { "value" } == "value")
            #expect(try cache.get("key") == nil)
        }
        deleter.cache.withLock { $0 = nil }
    }
}
