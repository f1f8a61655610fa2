import Cachetory
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct DummyBackendTests {
    /// Makes one of both kinds, by its number.
    private static func makeBackend(_ number: Int) -> any AsyncCacheBackend<Data> {
        number == 0 ? AsyncDummyBackend<Data>() : BlockingAdapter(base: SyncDummyBackend<Data>())
    }

    @Test(arguments: 0...1)
    func `it takes everything and keeps nothing`(_ number: Int) async throws {
        let backend = Self.makeBackend(number)
        #expect(try await backend.set("key", to: Data()))
        #expect(try await backend.set("key", to: Data(), timeToLive: .seconds(1), ifNotExists: true))
        #expect(try await backend.set("key", to: Data(), timeToLive: .zero, ifNotExists: true))
        try await backend.setMany([("key", Data())])
        #expect(try await backend.get("key") == nil)
        #expect(try await backend.getMany(["key", "key"]).isEmpty)
        #expect(try await backend.expire("key", in: .seconds(1)) == false)
        #expect(try await backend.expire("key", in: nil) == false)
        #expect(try await backend.expire("key", at: .distantFuture) == false)
        #expect(try await backend.delete("key") == false)
        #expect(try await backend.deleteMany(["key"]) == 0)
        #expect(try await backend.timeToLive(of: "key") == nil)
        #expect(try await backend.exists("key") == false)
        #expect(try await backend.getAndDelete("key") == nil)
        #expect(try await backend.touch("key", timeToLive: .seconds(1)) == nil)
        #expect(try await backend.getWithTimeToLive("key")?.value == nil)
        #expect(try await backend.getManyWithTimeToLive(["key"]).isEmpty)
        try await backend.clear()
    }

    @Test(arguments: 0...1)
    func `it refuses the times that no store can hold`(_ number: Int) async throws {
        let backend = Self.makeBackend(number)
        let time = Duration.seconds(Int64.max)
        let error = CacheBackendError.timeToLiveOutOfRange(time)
        await #expect(throws: error) { try await backend.set("key", to: Data(), timeToLive: time) }
        await #expect(throws: error) { try await backend.setMany([("key", Data())], timeToLive: time) }
        await #expect(throws: error) { try await backend.expire("key", in: time) }
        await #expect(throws: error) { try await backend.touch("key", timeToLive: time) }
        await #expect(throws: CacheBackendError.deadlineOutOfRange(secondsSince1970: 1e300)) {
            try await backend.expire("key", at: Date(timeIntervalSince1970: 1e300))
        }
    }

    @Test(arguments: 0...1)
    func `once closed it refuses every call`(_ number: Int) async throws {
        try await BackendConformanceTests.checkClosing(Self.makeBackend(number))
    }
}
