import Foundation
import Testing

@testable import Cachetory

@Suite(.timeLimit(.minutes(2))) struct GetOrSetManyTests {
    private struct Failure: Error {}

    private let cache = AsyncCache<String>.memory()

    @Test func `only what is missing is computed, and each key once`() async throws {
        try await cache.set("a", to: "stored")
        let asked = Tally()
        let compute: @Sendable ([String]) async throws -> [String: String] = { missing in
            asked.add(missing)
            return Dictionary(uniqueKeysWithValues: missing.map { ($0, "computed") })
        }
        let first = try await cache.getOrSetMany(["a", "b", "c", "b"], compute: compute)
        #expect(first == ["a": "stored", "b": "computed", "c": "computed"])
        #expect(try await cache.getOrSetMany(["c", "b"], compute: compute) == ["b": "computed", "c": "computed"])
        #expect(try await cache.getOrSetMany([], compute: compute).isEmpty)
        #expect(asked.all == ["b": 1, "c": 1])
    }

    @Test func `keys left out stay out, and keys not asked for are ignored`() async throws {
        let values = try await cache.getOrSetMany(["a", "b"]) { _ in ["a": "1", "other": "2"] }
        #expect(values == ["a": "1"])
        #expect(try await cache.getMany(["a", "b", "other"]) == ["a": "1"])
    }

    @Test func `each missing key is computed once however many callers want it`() async throws {
        let counts = Tally()
        let gate = Gate()
        let first = Task {
            try await cache.getOrSetMany(["1", "2"]) { missing in
                counts.add(missing)
                try await gate.pass()
                return Dictionary(uniqueKeysWithValues: missing.map { ($0, $0) })
            }
        }
        await eventually { cache.singleFlight.callers == 1 }
        let single = Task {
            try await cache.getOrSet("1") {
                counts.add("1")
                return "another"
            }
        }
        await eventually { cache.singleFlight.callers == 2 }
        let second = Task {
            try await cache.getOrSetMany(["3", "2"]) { missing in
                counts.add(missing)
                return Dictionary(uniqueKeysWithValues: missing.map { ($0, $0) })
            }
        }
        await eventually { counts.all["3"] != nil }
        gate.open()
        #expect(try await first.value == ["1": "1", "2": "2"])
        #expect(try await single.value == "1")
        #expect(try await second.value == ["2": "2", "3": "3"])
        #expect(counts.all == ["1": 1, "2": 1, "3": 1])
    }

    @Test func `whoever joined a batch that left out its key computes it`() async throws {
        let gate = Gate()
        let batch = Task {
            try await cache.getOrSetMany(["key"]) { _ in
                try await gate.pass()
                return [:]
            }
        }
        await eventually { cache.singleFlight.callers == 1 }
        let single = Task { try await cache.getOrSet("key") { "value" } }
        await eventually { cache.singleFlight.callers == 2 }
        gate.open()
        #expect(try await batch.value.isEmpty)
        #expect(try await single.value == "value")
    }

    @Test func `a cancelled caller leaves, and its batch goes on for another`() async throws {
        let gate = Gate()
        let batch = Task {
            try await cache.getOrSetMany(["1", "2"]) { missing in
                try await gate.pass()
                return Dictionary(uniqueKeysWithValues: missing.map { ($0, $0) })
            }
        }
        await eventually { cache.singleFlight.callers == 1 }
        let single = Task { try await cache.getOrSet("2") { throw Failure() } }
        await eventually { cache.singleFlight.callers == 2 }
        batch.cancel()
        await #expect(throws: CancellationError.self) { try await batch.value }
        gate.open()
        #expect(try await single.value == "2")
        #expect(try await cache.get("1") == "1")
    }

    @Test func `an error reaches all who wait and nothing is stored`() async throws {
        let gate = Gate()
        let batch = Task {
            try await cache.getOrSetMany(["1", "2"]) { _ in
                try await gate.pass()
                throw Failure()
            }
        }
        await eventually { cache.singleFlight.callers == 1 }
        let single = Task { try await cache.getOrSet("2") { "2" } }
        await eventually { cache.singleFlight.callers == 2 }
        gate.open()
        await #expect(throws: Failure.self) { try await batch.value }
        await #expect(throws: Failure.self) { try await single.value }
        #expect(try await cache.getMany(["1", "2"]).isEmpty)
        #expect(cache.singleFlight.callers == 0)
    }
}
