import Cachetory
import CachetoryTestSupport
import Foundation
import Testing

/// What every backend does with many keys at once.
@Suite(.mayNeedTLS, .timeLimit(.minutes(5))) struct BatchConformanceTests {
    @Test(arguments: BackendUnderTest.all)
    func `existing keys come back in the order asked`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            try await store.backend.setMany([("a", Data("1".utf8)), ("empty", Data()), ("b", Data("2".utf8))])
            let answer = try await store.backend.getMany(["b", "missing", "empty", "a"])
            #expect(answer.map(\.key) == ["b", "empty", "a"])
            #expect(answer.map(\.value) == [Data("2".utf8), Data(), Data("1".utf8)])
            #expect(try await store.backend.get("missing") == nil)
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `none of the keys exists`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            #expect(try await store.backend.getMany(["a", "b"]).isEmpty)
            #expect(try await store.backend.deleteMany(["a", "b"]) == 0)
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `no keys are nothing to do`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            try await store.backend.set("key", to: Data())
            #expect(try await store.backend.getMany([]).isEmpty)
            try await store.backend.setMany([])
            try await store.backend.setMany([], timeToLive: .zero)
            #expect(try await store.backend.deleteMany([]) == 0)
            #expect(try await store.backend.get("key") == Data())
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a key asked twice is answered twice`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            try await store.backend.set("key", to: Data("value".utf8))
            let answer = try await store.backend.getMany(["key", "missing", "key", "missing"])
            #expect(answer.map(\.key) == ["key", "key"])
            #expect(answer.map(\.value) == [Data("value".utf8), Data("value".utf8)])
        }
    }

    @Test(arguments: BackendUnderTest.all, [nil, .seconds(60)] as [Duration?])
    func `of a key set twice the last value stays`(_ subject: BackendUnderTest, _ time: Duration?) async throws {
        try await subject.run { store async throws in
            let items = [("a", Data("1".utf8)), ("b", Data("2".utf8)), ("a", Data("3".utf8))]
            try await store.backend.setMany(items, timeToLive: time)
            #expect(try await store.backend.getMany(["a", "b"]).map(\.value) == [Data("3".utf8), Data("2".utf8)])
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a key deleted twice counts once`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            try await store.backend.setMany([("a", Data()), ("b", Data()), ("kept", Data())])
            #expect(try await store.backend.deleteMany(["a", "missing", "b", "a"]) == 2)
            #expect(try await store.backend.getMany(["a", "b", "kept"]).map(\.key) == ["kept"])
        }
    }

    @Test(arguments: BackendUnderTest.all, [nil, .seconds(60)] as [Duration?])
    func `ten thousand keys are one call`(_ subject: BackendUnderTest, _ time: Duration?) async throws {
        try await subject.run { store async throws in
            let items = (0..<10_000).map { (key: "key:\($0)", value: Data("value:\($0)".utf8)) }
            try await store.backend.setMany(items, timeToLive: time)
            let answer = try await store.backend.getMany(items.map(\.key))
            #expect(answer.map(\.key) == items.map(\.key))
            #expect(answer.map(\.value) == items.map(\.value))
            #expect(try await store.backend.deleteMany(items.map(\.key)) == items.count)
        }
    }
}
