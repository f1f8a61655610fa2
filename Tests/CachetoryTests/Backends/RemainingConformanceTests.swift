import Cachetory
import CachetoryTestSupport
import Foundation
import Testing

/// What every backend tells of the time that is left, and what it reads and changes in one.
@Suite(.mayNeedTLS, .timeLimit(.minutes(5))) struct RemainingConformanceTests {
    private static let value = Data("value".utf8)

    @Test(arguments: BackendUnderTest.all)
    func `what is left is told`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            try await store.backend.set("key", to: Self.value, timeToLive: .seconds(60))
            try await store.backend.set("for ever", to: Data())
            #expect(try await Self.isLeft(.seconds(60), store.backend.timeToLive(of: "key")))
            #expect(try await store.backend.timeToLive(of: "for ever") == .forever)
            #expect(try await store.backend.timeToLive(of: "missing") == nil)
            #expect(try await store.backend.expire("key", in: .seconds(6000)))
            #expect(try await Self.isLeft(.seconds(6000), store.backend.timeToLive(of: "key")))
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a value comes with what is left`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            try await store.backend.set("key", to: Self.value, timeToLive: .seconds(60))
            try await store.backend.set("for ever", to: Data())
            let found = try #require(try await store.backend.getWithTimeToLive("key"))
            #expect(found.value == Self.value)
            #expect(Self.isLeft(Duration.seconds(60), found.timeToLive))
            let kept = try #require(try await store.backend.getWithTimeToLive("for ever"))
            #expect(kept.value == Data())
            #expect(kept.timeToLive == .forever)
            #expect(try await store.backend.getWithTimeToLive("missing")?.value == nil)
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `many values come with what is left, in the order asked`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            try await store.backend.setMany([("a", Data("1".utf8)), ("b", Data())], timeToLive: .seconds(60))
            try await store.backend.set("c", to: Data("3".utf8))
            let answer = try await store.backend.getManyWithTimeToLive(["c", "missing", "b", "a", "c"])
            #expect(answer.map(\.key) == ["c", "b", "a", "c"])
            #expect(answer.map(\.value) == [Data("3".utf8), Data(), Data("1".utf8), Data("3".utf8)])
            #expect(answer.first?.timeToLive == .forever)
            for (key, _, timeToLive) in answer where key != "c" {
                #expect(Self.isLeft(Duration.seconds(60), timeToLive))
            }
            #expect(try await store.backend.getManyWithTimeToLive(["missing"]).isEmpty)
            #expect(try await store.backend.getManyWithTimeToLive([]).isEmpty)
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a thousand values come with what is left`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            let items = (0..<1000).map { (key: "key:\($0)", value: Data("value:\($0)".utf8)) }
            try await store.backend.setMany(items, timeToLive: .seconds(60))
            let answer = try await store.backend.getManyWithTimeToLive(items.map(\.key))
            #expect(answer.map(\.key) == items.map(\.key))
            #expect(answer.map(\.value) == items.map(\.value))
            #expect(answer.allSatisfy { Self.isLeft(.seconds(60), $0.timeToLive) })
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a key exists or not`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            #expect(try await store.backend.exists("key") == false)
            try await store.backend.set("key", to: Data())
            #expect(try await store.backend.exists("key"))
            try await store.backend.delete("key")
            #expect(try await store.backend.exists("key") == false)
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a value is taken once`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            try await store.backend.setMany([("key", Self.value), ("empty", Data())], timeToLive: .seconds(60))
            #expect(try await store.backend.getAndDelete("key") == Self.value)
            #expect(try await store.backend.getAndDelete("key") == nil)
            #expect(try await store.backend.getAndDelete("empty") == Data())
            #expect(try await store.backend.getMany(["key", "empty"]).isEmpty)
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `of many that take a value one gets it`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            try await store.backend.set("key", to: Self.value)
            let taken = try await withThrowingTaskGroup(of: Data?.self) { group in
                for _ in 0..<100 { group.addTask { try await store.backend.getAndDelete("key") } }
                return try await group.reduce(into: [Data]()) { taken, value in
                    if let value { taken.append(value) }
                }
            }
            #expect(taken == [Self.value])
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a touch renews, persists and removes`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            try await store.backend.set("key", to: Self.value, timeToLive: .seconds(60))
            #expect(try await store.backend.touch("key", timeToLive: .seconds(6000)) == Self.value)
            #expect(try await store.isLeft(6_000_000, to: "key"))
            #expect(try await store.backend.touch("key", timeToLive: nil) == Self.value)
            #expect(try await store.remaining("key") == .forever)
            #expect(try await store.backend.touch("key", timeToLive: nil) == Self.value)
            #expect(try await store.backend.touch("key", timeToLive: .seconds(60)) == Self.value)
            #expect(try await store.isLeft(60_000, to: "key"))
            #expect(try await store.backend.touch("key", timeToLive: .milliseconds(50)) == Self.value)
            #expect(try await store.expires("key", after: .milliseconds(50)))
        }
    }

    @Test(arguments: BackendUnderTest.all, TimeToLiveConformanceTests.over)
    func `a touch that is over removes the key`(_ subject: BackendUnderTest, _ time: Duration) async throws {
        try await subject.run { store async throws in
            try await store.backend.set("key", to: Self.value)
            #expect(try await store.backend.touch("key", timeToLive: time) == Self.value)
            #expect(try await store.backend.get("key") == nil)
            #expect(try await store.backend.touch("key", timeToLive: time) == nil)
        }
    }

    @Test(arguments: BackendUnderTest.all, [nil, .seconds(60)] as [Duration?])
    func `a touch makes no key`(_ subject: BackendUnderTest, _ time: Duration?) async throws {
        try await subject.run { store async throws in
            #expect(try await store.backend.touch("missing", timeToLive: time) == nil)
            #expect(try await store.remaining("missing") == nil)
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a touch that is too long changes nothing`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            let time = Duration.seconds(Int64.max)
            try await store.backend.set("key", to: Self.value, timeToLive: .seconds(60))
            await #expect(throws: CacheBackendError.timeToLiveOutOfRange(time)) {
                try await store.backend.touch("key", timeToLive: time)
            }
            #expect(try await store.isLeft(60_000, to: "key"))
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `nothing is left of an expired key`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            let keys = ["a", "b", "c", "d", "e", "f"]
            try await store.backend.setMany(keys.map { ($0, Data()) }, timeToLive: .milliseconds(20))
            // On a cluster each was set at a moment of its own.
            try await store.advance(.milliseconds(20))
            for key in keys { #expect(try await store.expires(key, after: .zero)) }
            #expect(try await store.backend.timeToLive(of: "a") == nil)
            #expect(try await store.backend.exists("b") == false)
            #expect(try await store.backend.getAndDelete("c") == nil)
            #expect(try await store.backend.touch("d", timeToLive: nil) == nil)
            #expect(try await store.backend.getWithTimeToLive("e")?.value == nil)
            #expect(try await store.backend.getManyWithTimeToLive(keys).isEmpty)
        }
    }

    /// They look the same and compare equal as Swift strings, but their bytes differ.
    @Test(arguments: BackendUnderTest.all)
    func `keys are told apart by their bytes`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            let (one, other) = ("\u{E9}", "e\u{301}")
            try await store.backend.set(one, to: Self.value)
            #expect(try await store.backend.exists(other) == false)
            #expect(try await store.backend.timeToLive(of: other) == nil)
            #expect(try await store.backend.touch(other, timeToLive: .zero) == nil)
            #expect(try await store.backend.getAndDelete(other) == nil)
            try await store.backend.set(other, to: Data(), timeToLive: .seconds(60))
            let answer = try await store.backend.getManyWithTimeToLive([other, one])
            #expect(answer.map { Array($0.key.utf8) } == [Array(other.utf8), Array(one.utf8)])
            #expect(answer.map(\.value) == [Data(), Self.value])
            #expect(answer.last?.timeToLive == .forever)
        }
    }

    /// Whether about that much is left: not more, and not less than a slow machine may have spent.
    private static func isLeft(_ duration: Duration, _ remaining: RemainingTimeToLive?) -> Bool {
        guard case .after(let left)? = remaining else { return false }
        return left > duration / 2 && left <= duration
    }
}
