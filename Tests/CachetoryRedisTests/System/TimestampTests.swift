import CachetoryRedis
import Testing

@Suite struct TimestampTests {
    @Test func `time does not go back`() {
        var last = Timestamp.now
        for _ in 0..<1000 {
            let now = Timestamp.now
            #expect(now >= last)
            last = now
        }
    }

    @Test(
        arguments: [
            (.zero, 0), (.nanoseconds(1), 1), (.milliseconds(-3), -3_000_000),
            (Duration(secondsComponent: 0, attosecondsComponent: 999_999_999), 0),
            (.seconds(9_223_372_036), 9_223_372_036_000_000_000),
            (.seconds(9_223_372_037), .max), (.seconds(Int64.max), .max), (.seconds(-9_223_372_037), .min),
            (.seconds(Int64.min), .min),
            (Duration(secondsComponent: 9_223_372_036, attosecondsComponent: 999_999_999_000_000_000), .max),
        ] as [(Duration, Int64)])
    func `a duration is held within what 64 bits can count`(duration: Duration, nanoseconds: Int64) {
        #expect(duration.nanoseconds == nanoseconds)
    }

    @Test func `no moment is later than the distant future`() {
        let now = Timestamp(nanoseconds: 5)
        #expect(now + .seconds(Int64.max) == .distantFuture)
        #expect(Timestamp.distantFuture + .seconds(1) == .distantFuture)
        #expect(now + Duration?.none == .distantFuture)
        #expect(now + Duration?.some(.nanoseconds(2)) == Timestamp(nanoseconds: 7))
        #expect(now + .nanoseconds(-10) == Timestamp(nanoseconds: -5))
    }

    @Test func `a difference has a sign`() {
        #expect(Timestamp(nanoseconds: 5) - Timestamp(nanoseconds: 7) == -2)
        #expect(Timestamp.distantFuture - .distantFuture == 0)
    }
}
