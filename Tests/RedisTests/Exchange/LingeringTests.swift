import Redis
import Testing

@Suite struct LingeringTests {
    /// How many chances are passed over until one is taken.
    private func skipped(_ lingering: inout Lingering) -> Int {
        var count = 0
        while !lingering.begin() { count += 1 }
        return count
    }

    @Test func `every chance is taken at first, and while something comes`() {
        var lingering = Lingering()
        for _ in 0..<10 {
            #expect(skipped(&lingering) == 0)
            lingering.succeed()
        }
    }

    @Test func `the more failures in a row, the more chances are passed over, up to a bound`() {
        var lingering = Lingering()
        var counts: [Int] = []
        for _ in 0..<9 {
            counts.append(skipped(&lingering))
            lingering.fail()
        }
        #expect(counts == [0, 1, 3, 7, 15, 31, 63, 63, 63])
        #expect(skipped(&lingering) < Lingering.mostSkipped)
    }

    @Test func `a success ends the passing over`() {
        var lingering = Lingering()
        for _ in 0..<6 {
            _ = skipped(&lingering)
            lingering.fail()
        }
        _ = skipped(&lingering)
        lingering.succeed()
        #expect(skipped(&lingering) == 0)
        lingering.fail()
        #expect(skipped(&lingering) == 1)
    }
}
