import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct ScheduleTests {
    private let second: UInt64 = 1_000_000_000

    @Test func `operations start in equal steps from the beginning`() {
        let schedule = Schedule(begin: 500, rate: 1000)
        #expect(schedule.start(of: 0) == 500)
        #expect(schedule.start(of: 1) == 1_000_500)
        #expect(schedule.start(of: 1000) == second + 500)
    }

    @Test(arguments: [0.001, 3, 1000, 333_333.3, 1e9])
    func `no error gathers with the numbers`(rate: Double) {
        let schedule = Schedule(begin: 0, rate: rate)
        let hour = 3600 * Int(rate.rounded(.up))
        let exact = Double(hour) / rate * 1e9
        #expect(abs(Double(schedule.start(of: hour)) - exact) < 1000)
    }

    @Test func `what is due before a time is what starts before it`() {
        let schedule = Schedule(begin: second, rate: 10)
        #expect(schedule.due(before: 0) == 0)
        #expect(schedule.due(before: second) == 0)
        #expect(schedule.due(before: second + 1) == 1)
        #expect(schedule.due(before: 2 * second) == 10)
        #expect(schedule.due(before: 2 * second + 1) == 11)
    }
}
