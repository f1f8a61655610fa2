import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct LatenessTests {
    private let second: UInt64 = 1_000_000_000

    @Test func `calls are late beyond their deadline, and too late beyond the slack`() {
        var lateness = Lateness(timeout: .seconds(1), slack: .milliseconds(100))
        #expect(lateness.latestCall == (0, "none"))
        lateness.note(from: 0, to: second, end: "in time")
        #expect(lateness.latestCall == (0, "none"))
        lateness.note(from: 0, to: second + 50_000_000, end: "late")
        #expect(lateness.latestCall == (50_000_000, "late"))
        #expect(lateness.lateCalls == 0)
        lateness.note(from: second, to: 2 * second + 100_000_001, end: "too late")
        lateness.note(from: second, to: 2 * second + 100_000_001, end: "no later")
        #expect(lateness.latestCall == (100_000_001, "too late"))
        #expect(lateness.lateCalls == 2)
    }

    @Test func `a call that began after the reading of the clock took no time`() {
        var lateness = Lateness(timeout: .zero, slack: .zero)
        lateness.note(from: 2, to: 1, end: "at once")
        #expect(lateness.latestCall == (0, "none"))
        #expect(lateness.lateCalls == 0)
    }
}
