import Cachetory
import CachetoryTestSupport
import Foundation
import Testing

/// What every backend does, written once and run over each of them.
@Suite(.mayNeedTLS, .timeLimit(.minutes(5))) struct BackendConformanceTests {
    @Test(arguments: BackendUnderTest.all)
    func `a key that was never set is a miss`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            #expect(try await store.backend.get("missing") == nil)
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a value comes back`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            #expect(try await store.backend.set("key", to: Data("value".utf8)))
            #expect(try await store.backend.get("key") == Data("value".utf8))
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a value replaces the one before`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            #expect(try await store.backend.set("key", to: Data("a long value".utf8)))
            #expect(try await store.backend.set("key", to: Data("short".utf8)))
            #expect(try await store.backend.get("key") == Data("short".utf8))
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `an empty value is not a miss`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            try await store.backend.set("key", to: Data())
            #expect(try await store.backend.get("key") == Data())
            #expect(try await store.backend.set("key", to: Data("other".utf8), ifNotExists: true) == false)
            #expect(try await store.backend.delete("key"))
        }
    }

    @Test(
        arguments: BackendUnderTest.all,
        [
            Data(0...255), Data("\r\n".utf8), Data("$-1\r\n".utf8), Data([0]), Data(repeating: 0xFF, count: 1 << 20),
        ]
    )
    func `any bytes are a value`(_ subject: BackendUnderTest, _ value: Data) async throws {
        try await subject.run { store async throws in
            try await store.backend.set("key", to: value)
            #expect(try await store.backend.get("key") == value)
            try await store.backend.setMany([("one", value), ("other", value)])
            #expect(try await store.backend.getMany(["one", "other"]).map(\.value) == [value, value])
        }
    }

    /// The last two look the same and compare equal as Swift strings, but their bytes differ.
    static let strangeKeys = [
        "", " ", "\0", "a\0b", "a\0", "\r\n", "\r\n$-1\r\n", "*", "a b", "ключ", "👩‍👩‍👧", "\u{10FFFF}",
        String(repeating: "k", count: 1 << 16), "\u{E9}", "e\u{301}",
    ]

    @Test(arguments: BackendUnderTest.all)
    func `keys are told apart by their bytes`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            for (index, key) in Self.strangeKeys.enumerated() {
                #expect(try await store.backend.set(key, to: Data([UInt8(index)]), ifNotExists: true))
            }
            for (index, key) in Self.strangeKeys.enumerated() {
                #expect(try await store.backend.get(key) == Data([UInt8(index)]))
            }
            let all = try await store.backend.getMany(Self.strangeKeys)
            #expect(all.map { Array($0.key.utf8) } == Self.strangeKeys.map { Array($0.utf8) })
            #expect(try await store.backend.deleteMany(Self.strangeKeys) == Self.strangeKeys.count)
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `if not exists sets once`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            let first = Data("first".utf8)
            let second = Data("second".utf8)
            #expect(try await store.backend.set("key", to: first, timeToLive: .seconds(60), ifNotExists: true))
            #expect(try await store.backend.set("key", to: second, timeToLive: nil, ifNotExists: true) == false)
            #expect(try await store.backend.get("key") == first)
            #expect(try await store.isLeft(60_000, to: "key"))
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `delete says whether the key existed`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            try await store.backend.set("key", to: Data())
            #expect(try await store.backend.delete("key"))
            #expect(try await store.backend.delete("key") == false)
            #expect(try await store.backend.get("key") == nil)
        }
    }

    @Test(arguments: BackendUnderTest.all, ["a:", "a*", "a?", "[a]", "a\\", "ä"])
    func `clear removes the keys of a prefix alone`(_ subject: BackendUnderTest, _ prefix: String) async throws {
        try await subject.run { store async throws in
            let own = (0..<2500).map { "\(prefix)\($0)" }
            let foreign = ["", "a", "ab:1", "x", "x" + prefix, "A:1", "[b]1"].filter { !$0.hasPrefix(prefix) }
            try await store.backend.setMany((own + foreign).map { ($0, Data("value".utf8)) })
            try await store.backend.clear(prefix: prefix)
            #expect(try await store.backend.getMany(own).isEmpty)
            #expect(try await store.backend.getMany(foreign).map(\.key) == foreign)
            try await store.backend.clear(prefix: "")
            #expect(try await store.backend.getMany(foreign).isEmpty)
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `clear removes every key`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            try await store.backend.clear()
            try await store.backend.setMany([("a", Data()), ("b", Data())])
            try await store.backend.set("c", to: Data(), timeToLive: .seconds(60))
            try await store.backend.clear()
            #expect(try await store.backend.getMany(["a", "b", "c"]).isEmpty)
            #expect(try await store.backend.set("a", to: Data("again".utf8), ifNotExists: true))
            #expect(try await store.remaining("a") == .forever)
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a closed backend refuses every call`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            try await Self.checkClosing(store.backend, isClosed: store.isClosed)
        }
    }

    /// Closes a backend twice and expects every call after it to fail.
    static func checkClosing(
        _ backend: any AsyncCacheBackend<Data>,
        isClosed: @Sendable (any Error) -> Bool = { $0 as? CacheBackendError == .closed }
    ) async throws {
        try await backend.set("key", to: Data())
        await backend.close()
        await backend.close()
        await #expect { try await backend.get("key") } throws: { isClosed($0) }
        await #expect { try await backend.getMany(["key"]) } throws: { isClosed($0) }
        await #expect { try await backend.set("key", to: Data()) } throws: { isClosed($0) }
        await #expect { try await backend.setMany([("key", Data())]) } throws: { isClosed($0) }
        await #expect { try await backend.expire("key", in: .seconds(1)) } throws: { isClosed($0) }
        await #expect { try await backend.expire("key", at: Date.distantFuture) } throws: { isClosed($0) }
        await #expect { try await backend.delete("key") } throws: { isClosed($0) }
        await #expect { try await backend.deleteMany(["key"]) } throws: { isClosed($0) }
        await #expect { try await backend.timeToLive(of: "key") } throws: { isClosed($0) }
        await #expect { try await backend.exists("key") } throws: { isClosed($0) }
        await #expect { try await backend.getAndDelete("key") } throws: { isClosed($0) }
        await #expect { try await backend.touch("key", timeToLive: nil) } throws: { isClosed($0) }
        await #expect { try await backend.getWithTimeToLive("key") } throws: { isClosed($0) }
        await #expect { try await backend.getManyWithTimeToLive(["key"]) } throws: { isClosed($0) }
        await #expect { try await backend.getManyWithTimeToLive([]) } throws: { isClosed($0) }
        await #expect { try await backend.clear() } throws: { isClosed($0) }
        await #expect { try await backend.getMany([]) } throws: { isClosed($0) }
        await #expect { try await backend.setMany([]) } throws: { isClosed($0) }
        await #expect { try await backend.deleteMany([]) } throws: { isClosed($0) }
    }
}
