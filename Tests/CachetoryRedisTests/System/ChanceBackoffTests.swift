import CachetoryRedis
import Testing

@Suite struct ChanceBackoffTests {
    /// How many chances are passed over until one is taken.
    private func skipped(_ backoff: inout ChanceBackoff) -> Int {
        var count = 0
        while !backoff.takeChance() { count += 1 }
        return count
    }

    @Test func `every chance is taken at first, and while something comes`() {
        var backoff = ChanceBackoff()
        for _ in 0..<10 {
            #expect(skipped(&backoff) == 0)
            backoff.succeed()
        }
    }

    @Test func `the more failures in a row, the more chances are passed over, up to a bound`() {
        var backoff = ChanceBackoff()
        var counts: [Int] = []
        for _ in 0..<9 {
            counts.append(skipped(&backoff))
            backoff.fail()
        }
        #expect(counts == [0, 1, 3, 7, 15, 31, 63, 63, 63])
        #expect(skipped(&backoff) < ChanceBackoff.maxSkipped)
    }

    @Test func `a success ends the passing over`() {
        var backoff = ChanceBackoff()
        for _ in 0..<6 {
            _ = skipped(&backoff)
            backoff.fail()
        }
        _ = skipped(&backoff)
        backoff.succeed()
        #expect(skipped(&backoff) == 0)
        backoff.fail()
        #expect(skipped(&backoff) == 1)
    }
}
