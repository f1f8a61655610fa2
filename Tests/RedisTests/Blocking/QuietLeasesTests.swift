import Redis
import Testing

@Suite struct QuietLeasesTests {
    @Test func `it is quiet after many leases of few threads, until one comes too many`() {
        var leases = QuietLeases(mostAtOnce: 2)
        let first = (1...QuietLeases.needed + 5).map { _ in leases.add(lent: 2) }
        #expect(first.firstIndex(of: true) == QuietLeases.needed - 1)
        #expect(!first[(QuietLeases.needed - 1)...].contains(false))
        let withThird = leases.add(lent: 3)
        let afterThird = leases.add(lent: 1)
        #expect(!withThird && !afterThird)
    }

    @Test func `with one processor it never is`() {
        var leases = QuietLeases(mostAtOnce: 0)
        let all = (1...100).map { _ in leases.add(lent: 1) }
        #expect(!all.contains(true))
    }
}
