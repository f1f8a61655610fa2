import CachetoryRedis
import Testing

@Suite struct SpinEligibilityTests {
    @Test func `threads may spin after many leases of few, until one comes too many`() {
        var eligibility = SpinEligibility(maxSpinners: 2)
        let first = (1...SpinEligibility.needed + 5).map { _ in eligibility.add(lent: 2) }
        #expect(first.firstIndex(of: true) == SpinEligibility.needed - 1)
        #expect(!first[(SpinEligibility.needed - 1)...].contains(false))
        let withThird = eligibility.add(lent: 3)
        let afterThird = eligibility.add(lent: 1)
        #expect(!withThird && !afterThird)
    }

    @Test func `with one processor none may`() {
        var eligibility = SpinEligibility(maxSpinners: 0)
        let all = (1...100).map { _ in eligibility.add(lent: 1) }
        #expect(!all.contains(true))
    }
}
