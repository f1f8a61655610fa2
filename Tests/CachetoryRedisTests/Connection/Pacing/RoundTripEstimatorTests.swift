import CachetoryRedis
import Testing

@Suite struct RoundTripEstimatorTests {
    /// A class, since `#expect` takes no value that cannot be copied.
    private final class Estimator {
        private var estimator = RoundTripEstimator()

        func wrote(upTo request: UInt64, at now: Timestamp) { estimator.wrote(upTo: request, at: now) }
        func answered(upTo request: UInt64, at now: Timestamp) { estimator.answered(upTo: request, at: now) }
        func expectsReply(at now: Timestamp) -> Bool { estimator.expectsReply(at: now) }
    }

    /// One that has seen one request answered after so many microseconds.
    private func estimator(replyTime: Int64) -> Estimator {
        let estimator = Estimator()
        estimator.wrote(upTo: 1, at: .microseconds(0))
        estimator.answered(upTo: 1, at: .microseconds(replyTime))
        return estimator
    }

    @Test func `it expects nothing before it has seen a reply`() {
        let estimator = Estimator()
        #expect(!estimator.expectsReply(at: .microseconds(0)))
        estimator.wrote(upTo: 1, at: .microseconds(0))
        #expect(!estimator.expectsReply(at: .microseconds(1)))
    }

    @Test func `it expects nothing while nothing is in flight`() {
        #expect(!estimator(replyTime: 50).expectsReply(at: .microseconds(51)))
    }

    @Test(
        arguments: [
            (replyTime: 50, age: 0, expects: true), (50, 50, true), (50, 200, true), (50, 201, false),
            (140, 0, true), (150, 0, true), (151, 0, false), (151, 1, true),
            (5000, 0, false), (5000, 4849, false), (5000, 4850, true), (5000, 5150, true), (5000, 5151, false),
        ] as [(replyTime: Int64, age: Int64, expects: Bool)])
    func `it expects a reply within the hold limit of its usual time`(replyTime: Int64, age: Int64, expects: Bool) {
        let estimator = estimator(replyTime: replyTime)
        estimator.wrote(upTo: 3, at: .microseconds(100_000))
        #expect(estimator.expectsReply(at: .microseconds(100_000 + age)) == expects)
    }

    @Test(
        arguments: [
            (fastest: 150, age: 0, expects: true), (150, 2000, true), (150, 7400, true), (150, 7450, false),
            (151, 0, false), (151, 2500, false), (151, 2600, true), (151, 7400, true), (151, 7450, false),
            (1000, 2900, false), (1000, 3100, true), (1000, 6900, true), (1000, 7100, false),
        ] as [(fastest: Int64, age: Int64, expects: Bool)])
    func `behind a queue a reply takes long, and without one a peer nearby answers at once`(
        fastest: Int64, age: Int64, expects: Bool
    ) {
        let estimator = estimator(replyTime: fastest)
        // The usual time is 5 ms by now, most of which is spent in the queue.
        for round in UInt64(2)...60 {
            estimator.wrote(upTo: round, at: .microseconds(100_000 * Int64(round)))
            estimator.answered(upTo: round, at: .microseconds(100_000 * Int64(round) + 5000))
        }
        estimator.wrote(upTo: 61, at: .microseconds(9_000_000))
        #expect(estimator.expectsReply(at: .microseconds(9_000_000 + age)) == expects)
    }

    @Test func `it waits for what was written first`() {
        let estimator = estimator(replyTime: 50)
        estimator.wrote(upTo: 2, at: .microseconds(1000))
        estimator.wrote(upTo: 3, at: .microseconds(1500))
        #expect(!estimator.expectsReply(at: .microseconds(1510)))
        estimator.answered(upTo: 2, at: .microseconds(1520))
        #expect(estimator.expectsReply(at: .microseconds(1530)))
        estimator.answered(upTo: 3, at: .microseconds(1550))
        #expect(!estimator.expectsReply(at: .microseconds(1551)))
    }

    @Test func `while replies stream in, the next one is expected soon after the last`() {
        let estimator = estimator(replyTime: 50)
        estimator.wrote(upTo: 100, at: .microseconds(1000))
        for request in UInt64(2)...50 {
            estimator.answered(upTo: request, at: .microseconds(1000 + 20 * Int64(request)))
        }
        // The write is long ago.
        #expect(estimator.expectsReply(at: .microseconds(2010)))
        #expect(!estimator.expectsReply(at: .microseconds(2400)))
    }

    @Test func `half an answer says nothing about the time that a reply takes`() {
        let estimator = Estimator()
        estimator.wrote(upTo: 1, at: .microseconds(0))
        // What has come so far answers no request.
        estimator.answered(upTo: 0, at: .microseconds(10))
        estimator.answered(upTo: 1, at: .microseconds(5000))
        estimator.wrote(upTo: 2, at: .microseconds(10_000))
        #expect(!estimator.expectsReply(at: .microseconds(10_010)))
        #expect(estimator.expectsReply(at: .microseconds(15_000)))
    }

    @Test(arguments: [[], [7], [8, 8, 8], [0, 8], [80, 0, 0]] as [[Int64]])
    func `the average moves by an eighth of the way to each sample`(samples: [Int64]) {
        var time = ExponentialMovingAverage()
        var expected: Int64?
        for sample in samples {
            time.add(sample)
            expected = expected.map { $0 + (sample - $0) / 8 } ?? sample
        }
        #expect(time.value == expected)
    }
}
