import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct ChaosPlanTests {
    private static let subjects: [ChaosSubject] = [.server, .cluster]

    @Test(arguments: subjects)
    func `a seed makes the same plan each time, and another one another`(subject: ChaosSubject) {
        let plan = Array(ChaosPlan(seed: 42, on: subject).prefix(100))
        #expect(Array(ChaosPlan(seed: 42, on: subject).prefix(100)) == plan)
        #expect(Array(ChaosPlan(seed: 43, on: subject).prefix(100)) != plan)
    }

    @Test(arguments: [0, 1, 42, .max] as [UInt64], subjects)
    func `every kind comes before one comes again`(seed: UInt64, subject: ChaosSubject) {
        let kinds = subject.kinds
        let plan = Array(ChaosPlan(seed: seed, on: subject).prefix(kinds.count * 20))
        for round in stride(from: 0, to: plan.count, by: kinds.count) {
            #expect(Set(plan[round..<round + kinds.count].map(\.kind)) == Set(kinds))
        }
        // Not in the same order each time.
        let rounds = Set(
            stride(from: 0, to: plan.count, by: kinds.count).map { plan[$0..<$0 + kinds.count].map(\.kind) })
        #expect(rounds.count > 10)
    }

    @Test(arguments: subjects)
    func `each step lasts as long as its kind may, and some halts outlast the deadline of calls`(
        subject: ChaosSubject
    ) {
        let plan = Array(ChaosPlan(seed: 7, on: subject).prefix(700))
        for step in plan {
            #expect(subject.milliseconds(of: step.kind).contains(step.time))
            #expect(step.rest > 0 && step.rest <= 1500)
        }
        #expect(plan.contains { $0.kind == .halt && $0.time > ChaosLimits.timeout.milliseconds })
        #expect(Set(plan.map(\.chance)).count == plan.count)
    }

    @Test func `all that is done to anything is done to a server or to a cluster`() {
        #expect(Set(Self.subjects.flatMap(\.kinds)) == Set(ChaosKind.allCases))
    }
}
