import Cachetory
import CachetoryTestSupport
import Foundation
import Testing

/// How long keys live in every backend.
@Suite(.mayNeedTLS, .timeLimit(.minutes(5))) struct ExpiryConformanceTests {
    @Test(arguments: BackendUnderTest.all)
    func `a key stays for ever unless said otherwise`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            try await store.backend.set("key", to: Data())
            try await store.backend.setMany([("batch", Data())])
            #expect(try await store.remaining("key") == .forever)
            #expect(try await store.remaining("batch") == .forever)
            #expect(try await store.remaining("missing") == nil)
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a key set with a time to live expires`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            #expect(try await store.backend.set("key", to: Data(), timeToLive: .seconds(60)))
            #expect(try await store.isLeft(60_000, to: "key"))
            #expect(try await store.backend.set("key", to: Data(), timeToLive: .milliseconds(50)))
            #expect(try await store.expires("key", after: .milliseconds(50)))
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `keys set together expire together`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            try await store.backend.setMany([("a", Data()), ("b", Data())], timeToLive: .seconds(60))
            #expect(try await store.isLeft(60_000, to: "a"))
            #expect(try await store.isLeft(60_000, to: "b"))
            try await store.backend.setMany([("a", Data()), ("b", Data())], timeToLive: .milliseconds(50))
            #expect(try await store.expires("a", after: .milliseconds(50)))
            #expect(try await store.expires("b", after: .zero))
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a key expires in a duration`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            try await store.backend.set("key", to: Data())
            #expect(try await store.backend.expire("key", in: .seconds(60)))
            #expect(try await store.isLeft(60_000, to: "key"))
            #expect(try await store.backend.expire("key", in: .milliseconds(50)))
            #expect(try await store.expires("key", after: .milliseconds(50)))
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a key expires at a deadline`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            try await store.backend.set("key", to: Data())
            #expect(try await store.backend.expire("key", at: store.now() + 60))
            #expect(try await store.isLeft(60_001, to: "key"))
            #expect(try await store.backend.expire("key", at: store.now() + 0.05))
            #expect(try await store.expires("key", after: .milliseconds(51)))
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a new value has a new time to live`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            try await store.backend.set("key", to: Data(), timeToLive: .seconds(60))
            try await store.backend.set("key", to: Data(), timeToLive: .seconds(6000))
            #expect(try await store.isLeft(6_000_000, to: "key"))
            try await store.backend.set("key", to: Data())
            #expect(try await store.remaining("key") == .forever)
            try await store.backend.set("key", to: Data(), timeToLive: .seconds(60))
            try await store.backend.setMany([("key", Data())])
            #expect(try await store.remaining("key") == .forever)
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `nil keeps a key for ever`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            try await store.backend.setMany([("in", Data()), ("at", Data())], timeToLive: .seconds(60))
            #expect(try await store.backend.expire("in", in: nil))
            #expect(try await store.backend.expire("at", at: nil))
            #expect(try await store.remaining("in") == .forever)
            #expect(try await store.remaining("at") == .forever)
            // It exists, though there is nothing to change.
            #expect(try await store.backend.expire("in", in: nil))
            #expect(try await store.backend.expire("at", at: nil))
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a missing key cannot expire`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            #expect(try await store.backend.expire("missing", in: .seconds(60)) == false)
            #expect(try await store.backend.expire("missing", in: .zero) == false)
            #expect(try await store.backend.expire("missing", in: nil) == false)
            #expect(try await store.backend.expire("missing", at: .distantFuture) == false)
            #expect(try await store.backend.expire("missing", at: .distantPast) == false)
            #expect(try await store.backend.expire("missing", at: nil) == false)
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `an expired key is a missing key`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            let keys = ["a", "b", "c", "d"]
            try await store.backend.setMany(keys.map { ($0, Data()) }, timeToLive: .milliseconds(20))
            #expect(try await store.expires("d", after: .milliseconds(20)))
            #expect(try await store.backend.delete("a") == false)
            #expect(try await store.backend.expire("b", in: nil) == false)
            #expect(try await store.backend.set("c", to: Data("new".utf8), ifNotExists: true))
            #expect(try await store.backend.getMany(keys).map(\.key) == ["c"])
            #expect(try await store.backend.deleteMany(keys) == 1)
        }
    }
}
