import CachetoryRedis
import CachetoryTestSupport
import Testing

@Suite struct BackoffTests {
    /// Gives the largest number that it is asked for, and so shows the bound.
    private struct Largest: RandomNumberGenerator {
        // Stored: see `SystemGenerator`.
        private let number = UInt64.max

        func next() -> UInt64 { number }
    }

    @Test func `the bound doubles with each failure up to the limit, and starts again after a success`() {
        var backoff = Backoff(base: .milliseconds(10), limit: .milliseconds(70))
        var largest = Largest()
        let bounds = (0..<5).map { _ in backoff.fail(using: &largest) }
        #expect(bounds == [10, 20, 40, 70, 70].map(Duration.milliseconds))
        #expect(backoff.ceiling == .milliseconds(70))
        #expect(backoff.failures == 5)
        backoff.succeed()
        #expect(backoff.fail(using: &largest) == .milliseconds(10))
    }

    @Test func `it jitters over all of the time down to nothing`() {
        var random = SeededGenerator(seed: 1)
        let pauses = (0..<1000).map { _ in
            var backoff = Backoff(base: .milliseconds(100), limit: .seconds(1))
            return backoff.fail(using: &random)
        }
        #expect(pauses.allSatisfy { $0 >= .zero && $0 <= .milliseconds(100) })
        for tenth in 0..<10 {
            let part = Duration.milliseconds(10 * tenth)..<Duration.milliseconds(10 * tenth + 10)
            #expect(pauses.contains { part.contains($0) }, "none in \(part)")
        }
    }

    @Test func `it stands any number of failures and any limits`() {
        var random = SeededGenerator(seed: 1)
        var backoff = Backoff(base: .seconds(1_000_000), limit: .seconds(Int64.max))
        for _ in 0..<1000 { #expect(backoff.fail(using: &random) >= .zero) }
        var none = Backoff(base: .zero, limit: .zero)
        #expect(none.fail(using: &random) == .zero)
    }
}
