import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct ChaosPlanTests {
    @Test func `a seed makes the same plan each time, and another one another`() {
        let plan = Array(ChaosPlan(seed: 42).prefix(100))
        #expect(Array(ChaosPlan(seed: 42).prefix(100)) == plan)
        #expect(Array(ChaosPlan(seed: 43).prefix(100)) != plan)
    }

    @Test(arguments: [0, 1, 42, .max] as [UInt64])
    func `every kind comes before one comes again`(seed: UInt64) {
        let kinds = ChaosKind.allCases
        let plan = Array(ChaosPlan(seed: seed).prefix(kinds.count * 20))
        for round in stride(from: 0, to: plan.count, by: kinds.count) {
            #expect(Set(plan[round..<round + kinds.count].map(\.kind)) == Set(kinds))
        }
        // Not in the same order each time.
        let rounds = Set(
            stride(from: 0, to: plan.count, by: kinds.count).map { plan[$0..<$0 + kinds.count].map(\.kind) })
        #expect(rounds.count > 10)
    }

    @Test func `each step lasts as long as its kind may, and some halts outlast the deadline of calls`() {
        let plan = Array(ChaosPlan(seed: 7).prefix(700))
        for step in plan {
            #expect(step.kind.milliseconds.contains(step.time))
            #expect(step.rest > 0 && step.rest <= 1500)
        }
        #expect(plan.contains { $0.kind == .halt && $0.time > ChaosLimits.timeout.milliseconds })
        #expect(Set(plan.map(\.chance)).count == plan.count)
    }
}
