import Cachetory
import Foundation
import Testing

@Suite struct TimeToLiveTests {
    @Test func `nil is for ever`() throws {
        #expect(try TimeToLive(nil) == .forever)
        #expect(try TimeToLive(until: nil, now: Date()) == .forever)
    }

    @Test(arguments: [Duration.zero, .nanoseconds(-1), .seconds(-1), .seconds(Int64.min) * 10])
    func `zero and less are over`(_ duration: Duration) throws {
        #expect(try TimeToLive(duration) == .over)
    }

    @Test(
        arguments: [
            (Duration(secondsComponent: 0, attosecondsComponent: 1), 1),
            (.microseconds(999), 1),
            (.milliseconds(1), 1),
            (.nanoseconds(1_000_001), 2),
            (.milliseconds(1500), 1500),
            (.microseconds(1_500_001), 1501),
            (.seconds(1) - Duration(secondsComponent: 0, attosecondsComponent: 1), 1000),
            (.seconds(1) + Duration(secondsComponent: 0, attosecondsComponent: 1), 1001),
            (.milliseconds(TimeToLive.longestInMilliseconds), TimeToLive.longestInMilliseconds),
        ] as [(Duration, Int64)])
    func `a duration rounds up to milliseconds`(_ duration: Duration, _ milliseconds: Int64) throws {
        #expect(try TimeToLive(duration) == .milliseconds(milliseconds))
    }

    @Test(
        arguments: [
            .milliseconds(TimeToLive.longestInMilliseconds) + Duration(secondsComponent: 0, attosecondsComponent: 1),
            .milliseconds(Int64.max), .seconds(Int64.max), .seconds(Int64.max) * 10,
        ] as [Duration])
    func `a duration too long is an error that says so`(_ duration: Duration) throws {
        let error = try #require(throws: CacheBackendError.self) { try TimeToLive(duration) }
        #expect(error == .timeToLiveOutOfRange(duration))
        #expect("\(error)".contains("seconds is too long"))
    }

    @Test func `every whole millisecond of a date stays the same`() throws {
        for start in [0, 1_000_000_000_000, 1_795_490_431_000, 4_102_444_800_000] as [Int64] {
            for milliseconds in start..<start + 1000 {
                let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
                #expect(try TimeToLive.millisecondsSince1970(of: date) == milliseconds)
            }
        }
    }

    @Test(
        arguments: [
            (1.0005, 1001), (1_700_000_000.123_1, 1_700_000_000_124), (-1, 0), (-.infinity, 0),
            (Date.distantPast.timeIntervalSince1970, 0), (Date.distantFuture.timeIntervalSince1970, 64_092_211_200_000),
        ] as [(Double, Int64)])
    func `a date rounds up to milliseconds`(_ seconds: Double, _ milliseconds: Int64) throws {
        let date = Date(timeIntervalSince1970: seconds)
        #expect(try TimeToLive.millisecondsSince1970(of: date) == milliseconds)
    }

    @Test(arguments: [.infinity, .nan, 1e300, 4_611_686_018_427_388] as [Double])
    func `a date too late is an error that says so`(_ seconds: Double) throws {
        let error = try #require(throws: CacheBackendError.self) {
            try TimeToLive.millisecondsSince1970(of: Date(timeIntervalSince1970: seconds))
        }
        #expect("\(error)".contains("is too late"))
    }

    @Test(
        arguments: [
            (5, .milliseconds(5000)), (0.0001, .milliseconds(1)), (0, .over), (-5, .over),
        ] as [(Double, TimeToLive)])
    func `what is left until a deadline counts from now`(_ seconds: Double, _ expected: TimeToLive) throws {
        let now = Date(timeIntervalSince1970: 1_700_000_000)
        #expect(try TimeToLive(until: now + seconds, now: now) == expected)
    }

    @Test func `a deadline within the running millisecond is not over`() throws {
        let now = Date(timeIntervalSince1970: 1_700_000_000.0005)
        #expect(try TimeToLive(until: now + 0.0001, now: now) == .milliseconds(1))
    }
}
