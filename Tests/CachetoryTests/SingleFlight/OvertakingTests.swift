import CachetoryLocalServer
import Foundation
import Testing

@testable import Cachetory

/// What a write does to a computation under way, in async code.
@Suite(.timeLimit(.minutes(2))) struct OvertakingTests {
    /// Runs a test over memory and over a real server.
    private static func onEachBackend(_ test: (AsyncCache<String>) async throws -> Void) async throws {
        try await test(AsyncCache<String>.memory())
        let server = try await LocalRedisServer.start()
        let cache = try AsyncCache<String>(url: server.unixURL, serializer: .string(), prefix: "p:")
        try await test(cache)
        await cache.close()
        server.stop()
    }

    @Test(arguments: OverwritingCall.allCases)
    func `a write during a computation wins`(_ write: OverwritingCall) async throws {
        try await Self.onEachBackend { cache in
            let gate = Gate()
            let old = Task {
                try await cache.getOrSet("key") {
                    try await gate.pass()
                    return "old"
                }
            }
            await eventually { cache.singleFlight.callers == 1 }
            try await write.run("key", in: cache)
            // Nobody who comes now waits for it.
            let later = try await cache.getOrSet("key") { "new" }
            #expect(later == write.value ?? "new")
            gate.open()
            #expect(try await old.value == "old")
            #expect(try await cache.get("key") == later)
            #expect(cache.singleFlight.isIdle)
        }
    }

    @Test func `of a batch only what was not written is stored`() async throws {
        try await Self.onEachBackend { cache in
            let gate = Gate()
            let batch = Task {
                try await cache.getOrSetMany(["a", "b", "c"]) { keys in
                    try await gate.pass()
                    return Dictionary(uniqueKeysWithValues: keys.map { ($0, "old") })
                }
            }
            await eventually { cache.singleFlight.callers == 1 }
            try await cache.delete("a")
            try await cache.set("b", to: "written")
            gate.open()
            #expect(try await batch.value == ["a": "old", "b": "old", "c": "old"])
            #expect(try await cache.getMany(["a", "b", "c"]) == ["b": "written", "c": "old"])
        }
    }

    @Test func `purging a cached function overtakes its call`() async throws {
        let cache = AsyncCache<String>.memory()
        let gate = Gate()
        let calls = Tally()
        let page = cached(in: cache, key: .readable("page")) { (number: Int) async throws in
            calls.add("call")
            if calls.total == 1 { try await gate.pass() }
            return "\(calls.total)"
        }
        let old = Task { try await page(1) }
        await eventually { calls.total == 1 }
        #expect(try await page.purge(1) == false)
        #expect(try await page(1) == "2")
        gate.open()
        _ = try await old.value
        #expect(try await page(1) == "2")
        #expect(calls.total == 2)
    }

    @Test(arguments: OverwritingCall.allCases)
    func `a write waits for a value that is being stored`(_ write: OverwritingCall) async throws {
        let backend = HeldBackend()
        let cache = AsyncCache(backend: backend, serializer: .noOp())
        let storing = backend.hold("set")
        let old = Task { try await cache.getOrSet("key") { "old" } }
        await eventually { backend.isHeld("set") }
        // A second one waits as the first does, though the key is not on the call any more.
        let writes = (0..<2).map { _ in Task { try await write.run("key", in: cache) } }
        await eventually { cache.singleFlight.callers == 3 }
        #expect(backend.calls == ["get key"])
        backend.release("set")
        storing.open()
        #expect(try await old.value == "old")
        for write in writes { try await write.value }
        #expect(backend.calls[1] == "set key old")
        #expect(backend.calls.count == 4)
        #expect(try await cache.get("key") == (write == .setIfNotExists ? "old" : write.value))
    }

    @Test func `storing goes on without callers, and a write waits for it`() async throws {
        let backend = HeldBackend()
        let cache = AsyncCache(backend: backend, serializer: .noOp())
        _ = backend.hold("set")
        let caller = Task { try await cache.getOrSet("key") { "old" } }
        await eventually { backend.isHeld("set") }
        let write = Task { try await cache.delete("key") }
        await eventually { cache.singleFlight.callers == 2 }
        caller.cancel()
        await #expect(throws: CancellationError.self) { try await caller.value }
        backend.release("set")
        #expect(try await write.value)
        #expect(backend.calls == ["get key", "set key old", "delete key"])
    }

    @Test func `a write that is cancelled while it waits is not executed`() async throws {
        let backend = HeldBackend()
        let cache = AsyncCache(backend: backend, serializer: .noOp())
        _ = backend.hold("set")
        let caller = Task { try await cache.getOrSet("key") { "value" } }
        await eventually { backend.isHeld("set") }
        let write = Task { try await cache.delete("key") }
        await eventually { cache.singleFlight.callers == 2 }
        write.cancel()
        await #expect(throws: CancellationError.self) { try await write.value }
        backend.release("set")
        #expect(try await caller.value == "value")
        #expect(backend.calls == ["get key", "set key value"])
    }

    @Test func `what begins to be computed during a set does not replace it`() async throws {
        let backend = HeldBackend()
        let cache = AsyncCache(backend: backend, serializer: .noOp())
        let gate = Gate()
        _ = backend.hold("set")
        let write = Task { try await cache.set("key", to: "written") }
        await eventually { backend.isHeld("set") }
        let computing = Task {
            try await cache.getOrSet("key") {
                try await gate.pass()
                return "computed"
            }
        }
        await eventually { cache.singleFlight.callers == 1 }
        backend.release("set")
        #expect(try await write.value)
        gate.open()
        #expect(try await computing.value == "computed")
        #expect(try await cache.get("key") == "written")
    }

    @Test func `a computation may write its own key`() async throws {
        let cache = AsyncCache<String>.memory()
        let value = try await cache.getOrSet("key") {
            try await cache.set("key", to: "written")
            try await cache.delete("other")
            return "computed"
        }
        #expect(value == "computed")
        #expect(try await cache.get("key") == "written")
    }

    @Test func `a computation that was given up frees its key at once and stores nothing`() async throws {
        let cache = AsyncCache<String>.memory()
        let (isComputing, gate, hasEnded) = (Gate(), Gate(), Gate())
        let caller = Task {
            try await cache.getOrSet("key") {
                isComputing.open()
                // It takes no notice of its cancellation.
                await Task { try? await gate.pass() }.value
                hasEnded.open()
                return "given up"
            }
        }
        try await isComputing.pass()
        caller.cancel()
        await #expect(throws: CancellationError.self) { try await caller.value }
        #expect(cache.singleFlight.isIdle)
        #expect(try await cache.getOrSet("key") { "new" } == "new")
        gate.open()
        try await hasEnded.pass()
        #expect(try await cache.get("key") == "new")
    }

    @Test func `keys of one look are computed apart`() async throws {
        let cache = AsyncCache<String>.memory()
        let gate = Gate()
        let tasks = ["caf\u{e9}", "cafe\u{301}"].map { key in
            Task {
                try await cache.getOrSet(key) {
                    try await gate.pass()
                    return "\(key.utf8.count)"
                }
            }
        }
        await eventually { cache.singleFlight.callers == 2 }
        gate.open()
        #expect(try await tasks[0].value == "5")
        #expect(try await tasks[1].value == "6")
        #expect(try await cache.getEach(["caf\u{e9}", "cafe\u{301}"]) == ["5", "6"])
    }

    @Test func `one call that finishes does not make the others look again`() async throws {
        let backend = HeldBackend()
        let cache = AsyncCache(backend: backend, serializer: .noOp())
        let gates = (0..<100).map { _ in Gate() }
        let tasks = (0..<100).map { number in
            Task {
                // All of them see their keys missing before any value lands, and then compute one after the other.
                let mark = cache.singleFlight.mark
                _ = try await cache.get("\(number)")
                try await gates[number].pass()
                return try await cache.computeMissing("\(number)", since: mark, timeToLive: .ofCache) { "value" }
            }
        }
        await eventually { backend.calls.count == 100 }
        for (task, gate) in zip(tasks, gates) {
            gate.open()
            _ = try await task.value
        }
        // Two keys may share a stamp.
        #expect(backend.calls.count { $0.hasPrefix("get") } < 115)
    }
}
