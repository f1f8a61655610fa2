import Cachetory
import CachetoryTestSupport
import Foundation
import Testing

/// Where times to live begin and end in every backend.
@Suite(.mayNeedTLS, .timeLimit(.minutes(5))) struct TimeToLiveConformanceTests {
    static let over = [Duration.zero, .nanoseconds(-1), .seconds(-60), .seconds(Int64.min) * 10]

    @Test(arguments: BackendUnderTest.all, over)
    func `what is over before it begins leaves no key`(_ subject: BackendUnderTest, _ time: Duration) async throws {
        try await subject.run { store async throws in
            #expect(try await store.backend.set("new", to: Data(), timeToLive: time))
            try await store.backend.setMany(["a", "b", "c"].map { ($0, Data()) })
            #expect(try await store.backend.set("a", to: Data(), timeToLive: time))
            try await store.backend.setMany([("b", Data()), ("new too", Data())], timeToLive: time)
            #expect(try await store.backend.expire("c", in: time))
            #expect(try await store.backend.getMany(["new", "a", "b", "new too", "c"]).isEmpty)
        }
    }

    @Test(arguments: BackendUnderTest.all, over)
    func `if not exists comes before the time to live`(_ subject: BackendUnderTest, _ time: Duration) async throws {
        try await subject.run { store async throws in
            try await store.backend.set("existing", to: Data("kept".utf8))
            let value = Data("other".utf8)
            #expect(
                try await store.backend.set("existing", to: value, timeToLive: time, ifNotExists: true) == false)
            #expect(try await store.backend.get("existing") == Data("kept".utf8))
            #expect(try await store.remaining("existing") == .forever)
            #expect(try await store.backend.set("new", to: value, timeToLive: time, ifNotExists: true))
            #expect(try await store.backend.get("new") == nil)
        }
    }

    @Test(arguments: BackendUnderTest.all, [.nanoseconds(1), .microseconds(999)] as [Duration])
    func `less than a millisecond is one`(_ subject: BackendUnderTest, _ time: Duration) async throws {
        try await subject.run { store async throws in
            #expect(try await store.backend.set("set", to: Data(), timeToLive: time))
            try await store.backend.setMany([("batch", Data())], timeToLive: time)
            try await store.backend.set("later", to: Data())
            #expect(try await store.backend.expire("later", in: time))
            for key in ["set", "batch", "later"] {
                #expect(try await store.expires(key, after: .milliseconds(1)))
            }
        }
    }

    @Test(
        arguments: BackendUnderTest.all,
        [.seconds(100 * 365 * 86400), .milliseconds(TimeToLive.longestInMilliseconds)] as [Duration]
    )
    func `a very long time to live is kept`(_ subject: BackendUnderTest, _ time: Duration) async throws {
        try await subject.run { store async throws in
            #expect(try await store.backend.set("key", to: Data("value".utf8), timeToLive: time))
            try await store.backend.setMany([("batch", Data())], timeToLive: time)
            #expect(try await store.backend.expire("batch", in: time))
            #expect(try await store.backend.getMany(["key", "batch"]).count == 2)
        }
    }

    @Test(
        arguments: BackendUnderTest.all,
        [
            .milliseconds(TimeToLive.longestInMilliseconds + 1), .milliseconds(Int64.max), .seconds(Int64.max),
            .seconds(Int64.max) * 10,
        ] as [Duration]
    )
    func `a time to live too long changes nothing`(_ subject: BackendUnderTest, _ time: Duration) async throws {
        try await subject.run { store async throws in
            let error = CacheBackendError.timeToLiveOutOfRange(time)
            let value = Data("other".utf8)
            try await store.backend.set("key", to: Data())
            await #expect(throws: error) { try await store.backend.set("key", to: value, timeToLive: time) }
            await #expect(throws: error) {
                try await store.backend.set("new", to: value, timeToLive: time, ifNotExists: true)
            }
            await #expect(throws: error) {
                try await store.backend.setMany([("key", value), ("new", value)], timeToLive: time)
            }
            await #expect(throws: error) { try await store.backend.expire("key", in: time) }
            #expect(try await store.backend.getMany(["key", "new"]).map(\.value) == [Data()])
            #expect(try await store.remaining("key") == .forever)
        }
    }

    @Test(
        arguments: BackendUnderTest.all,
        [
            .distantPast, Date(timeIntervalSince1970: -0.5), Date(timeIntervalSince1970: 0),
            Date(timeIntervalSince1970: 1_000_000_000.5),
        ] as [Date]
    )
    func `a deadline that has passed removes the key`(_ subject: BackendUnderTest, _ date: Date) async throws {
        try await subject.run { store async throws in
            try await store.backend.set("key", to: Data())
            #expect(try await store.backend.expire("key", at: date))
            #expect(try await store.backend.get("key") == nil)
            #expect(try await store.backend.expire("key", at: date) == false)
        }
    }

    @Test(
        arguments: BackendUnderTest.all,
        [.distantFuture, Date(timeIntervalSince1970: 4_611_686_018_427_000)] as [Date]
    )
    func `a deadline in the far future is kept`(_ subject: BackendUnderTest, _ date: Date) async throws {
        try await subject.run { store async throws in
            try await store.backend.set("key", to: Data())
            #expect(try await store.backend.expire("key", at: date))
            #expect(try await store.backend.get("key") == Data())
        }
    }

    /// As seconds, for a `Date` that is none cannot be printed in the name of a test.
    @Test(arguments: BackendUnderTest.all, [4_611_686_018_427_388, 1e300, .infinity, .nan] as [Double])
    func `a deadline too late changes nothing`(_ subject: BackendUnderTest, _ seconds: Double) async throws {
        try await subject.run { store async throws in
            try await store.backend.set("key", to: Data(), timeToLive: .seconds(60))
            await #expect(throws: CacheBackendError.self) {
                try await store.backend.expire("key", at: Date(timeIntervalSince1970: seconds))
            }
            #expect(try await store.isLeft(60_000, to: "key"))
        }
    }
}
