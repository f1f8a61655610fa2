import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct AvailabilityTests {
    private let second: UInt64 = 1_000_000_000

    @Test func `a step counts as available if a call succeeded in it`() {
        var availability = Availability(begin: 0)
        #expect(availability.share(until: second) == 0)
        for time in [0, 1, Availability.step - 1, 3 * Availability.step, 3 * Availability.step + 5] as [UInt64] {
            availability.noteSuccess(at: time)
        }
        #expect(availability.share(until: second) == 0.2)
        // One that is told late.
        availability.noteSuccess(at: 2 * Availability.step)
        #expect(availability.share(until: second) == 0.2)
        availability.noteSuccess(at: second + 1)
        #expect(availability.share(until: 2 * second) == 0.15)
    }

    @Test func `there is no more than all of the time`() {
        var availability = Availability(begin: second)
        availability.noteSuccess(at: second)
        #expect(availability.share(until: second) == 1)
        availability.noteSuccess(at: 2 * second)
        #expect(availability.share(until: second + 1) == 1)
    }
}
