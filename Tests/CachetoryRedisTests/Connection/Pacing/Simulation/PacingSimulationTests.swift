import CachetoryRedis
import Testing

/// When requests are written and who reads, in virtual time.
@Suite struct PacingSimulationTests {
    /// Prints how many requests a write has, which a change of the policy changes.
    @Test(arguments: Scenario.all)
    func `requests are written in time, read and answered in order`(scenario: Scenario) {
        let result = PacingSimulation(scenario).run()
        #expect(result.violations.isEmpty)
        let perWrite = result.written * 10 / max(1, result.writes)
        let latency = result.latency / 1000 / Int64(max(1, result.answered))
        print("\(scenario.name): \(perWrite / 10).\(perWrite % 10) requests a write, \(latency) µs a call")
    }

    @Test func `so they are in scenarios that nobody has thought of`() {
        for seed in UInt64(1)...80 {
            let scenario = Scenario.random(seed: seed)
            let result = PacingSimulation(scenario).run()
            #expect(result.violations.isEmpty, "\(scenario)")
        }
    }

    @Test(arguments: Scenario.starved)
    func `it is found if nobody gives up on a task that is starved`(scenario: Scenario) {
        var scenario = scenario
        scenario.hasTimers = false
        #expect(!PacingSimulation(scenario).run().violations.isEmpty)
    }
}
