import CachetoryTestSupport
import Testing

@testable import Cachetory

@Suite(.timeLimit(.minutes(5))) struct ComputationTimeTests {
    @Test func `there is no mean before the first`() {
        let time = ComputationTime()
        #expect(time.mean == nil)
        time.note(.milliseconds(100))
        #expect(time.mean == .milliseconds(100))
    }

    @Test func `the last one counts for an eighth`() {
        let time = ComputationTime()
        time.note(.milliseconds(800))
        time.note(.milliseconds(1600))
        #expect(time.mean == .milliseconds(900))
        time.note(.milliseconds(100))
        #expect(time.mean == .milliseconds(800))
        time.note(.milliseconds(800))
        #expect(time.mean == .milliseconds(800))
    }

    @Test func `the mean comes near a time that stays the same`() throws {
        let time = ComputationTime()
        time.note(.seconds(1))
        for _ in 0..<100 { time.note(.milliseconds(10)) }
        let mean = try #require(time.mean)
        #expect(mean >= .milliseconds(10))
        #expect(mean < .milliseconds(11))
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .nanoseconds(1), Duration.nanoseconds(1) / 2])
    func `what takes no time takes a nanosecond`(_ duration: Duration) {
        let time = ComputationTime()
        for _ in 0..<2 {
            time.note(duration)
            #expect(time.mean == .nanoseconds(1))
        }
    }

    @Test func `what takes too long to count takes a century`() {
        let time = ComputationTime()
        let century = Int64(3_200_000_000_000_000_000)
        for duration in [Duration.seconds(Int64.max), .seconds(Int64.max), .nanoseconds(Int64.max)] {
            time.note(duration)
            #expect(time.mean == .nanoseconds(century))
        }
        time.note(.zero)
        #expect(time.mean == .nanoseconds(century - century / 8 + 1))
        time.note(.seconds(Int64.max))
        #expect(time.mean.map { $0 < .nanoseconds(century) } == true)
    }

    @Test func `threads lose nothing`() async throws {
        let (time, expected) = (ComputationTime(), ComputationTime())
        for time in [time, expected] { time.note(.seconds(1)) }
        // In any order they come to the same.
        for _ in 0..<64 { expected.note(.milliseconds(1)) }
        try await onThreads(8) { _ in
            for _ in 0..<8 { time.note(.milliseconds(1)) }
        }
        #expect(time.mean == expected.mean)
    }
}
