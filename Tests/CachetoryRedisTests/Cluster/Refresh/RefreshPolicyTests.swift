import CachetoryRedis
import CachetoryTestSupport
import Testing

@Suite struct RefreshPolicyTests {
    private let start = Timestamp.microseconds(1_000_000)

    /// Gives the largest or the smallest number that it is asked for.
    private struct Extreme: RandomNumberGenerator {
        let isLargest: Bool

        // A number that is scaled down to nothing; of zero alone, another one would be asked for.
        func next() -> UInt64 { isLargest ? .max : 1 << 10 }
    }

    /// The beginnings of rounds that take no time, with a trigger always there.
    private func rounds(
        of policy: inout RefreshPolicy, for duration: Duration, asked: Int = 2, nodes: Int = 6,
        using random: inout some RandomNumberGenerator
    ) -> [Timestamp] {
        var rounds: [Timestamp] = []
        var now = start
        policy.request(at: now)
        while now < start + duration {
            rounds.append(now)
            policy.roundBegan(at: now)
            policy.roundEnded(succeeded: true, asked: asked, nodeCount: nodes, at: now, using: &random)
            policy.request(at: now)
            now = max(now, policy.next)
        }
        return rounds
    }

    private func gaps(between rounds: [Timestamp]) -> [Duration] {
        zip(rounds, rounds.dropFirst()).map { .nanoseconds($1 - $0) }
    }

    // MARK: - When

    @Test func `nothing is asked before somebody wants it, and then at once`() {
        var policy = RefreshPolicy()
        #expect(policy.next == .distantFuture)
        policy.request(at: start)
        #expect(policy.next <= start)
        #expect(!policy.isNextIdle)
    }

    @Test func `there is one round at a time`() {
        var policy = RefreshPolicy()
        var random = SeededGenerator(seed: 1)
        policy.request(at: start)
        policy.roundBegan(at: start)
        #expect(policy.next == .distantFuture)
        for _ in 0..<10 { policy.request(at: start + .milliseconds(1)) }
        #expect(policy.next == .distantFuture)
        policy.roundEnded(succeeded: true, nodeCount: 6, at: start + .milliseconds(2), using: &random)
        // The nodes may have answered before those triggers.
        #expect(policy.next > start + .milliseconds(2))
        #expect(policy.next <= start + .milliseconds(102))
        policy.roundBegan(at: policy.next)
        policy.roundEnded(succeeded: true, nodeCount: 6, at: start + .milliseconds(300), using: &random)
        #expect(policy.next > start + .seconds(40))
    }

    @Test func `the gap doubles up to half a second, and is shortened by up to half`() {
        for (isLargest, expected) in [(true, [100, 200, 400, 500, 500]), (false, [50, 100, 200, 334, 334])] {
            var policy = RefreshPolicy()
            var random = Extreme(isLargest: isLargest)
            let gaps = gaps(between: rounds(of: &policy, for: .seconds(3), using: &random))
            for (gap, milliseconds) in zip(gaps, expected) {
                #expect(gap <= .milliseconds(milliseconds) && gap > .milliseconds(milliseconds - 2), "\(gaps)")
            }
        }
    }

    @Test func `it grows with the cluster`() {
        for (isLargest, limit) in [(true, Duration.seconds(2)), (false, .seconds(1))] {
            var policy = RefreshPolicy()
            var random = Extreme(isLargest: isLargest)
            let gaps = gaps(between: rounds(of: &policy, for: .seconds(60), nodes: 1_000, using: &random))
            #expect(gaps.last.map { $0 <= limit && $0 > limit - .milliseconds(1) } == true, "\(gaps)")
        }
    }

    @Test func `it shrinks with the cluster`() {
        var policy = RefreshPolicy()
        var random = SeededGenerator(seed: 1)
        _ = rounds(of: &policy, for: .seconds(60), nodes: 1_000, using: &random)
        let now = start + .seconds(61)
        policy.roundBegan(at: now)
        policy.roundEnded(succeeded: true, nodeCount: 6, at: now, using: &random)
        policy.request(at: now)
        #expect(policy.next <= now + .milliseconds(500))
    }

    @Test(arguments: [(2, 10), (3, 15)])
    func `nodes are not asked more often than they should be`(asked: Int, inFirstSecond: Int) {
        for seed in UInt64(1)...50 {
            var policy = RefreshPolicy()
            var random = SeededGenerator(seed: seed)
            let rounds = rounds(of: &policy, for: .seconds(30), asked: asked, using: &random)
            #expect(rounds.count { $0 < start + .seconds(1) } * asked <= inFirstSecond)
            for first in rounds where first > start + .seconds(1) {
                let questions = rounds.count { $0 >= first && $0 < first + .seconds(1) } * asked
                #expect(questions <= RefreshPolicy.questionsPerSecond)
            }
        }
    }

    @Test func `after a quiet time the first gap is there again`() {
        var policy = RefreshPolicy()
        var random = SeededGenerator(seed: 1)
        let last = rounds(of: &policy, for: .seconds(5), using: &random).last ?? start
        policy.roundBegan(at: last)
        policy.roundEnded(succeeded: true, nodeCount: 6, at: last, using: &random)
        for (quiet, longest) in [(Duration.seconds(9), Duration.milliseconds(500)), (.seconds(10), .milliseconds(100))]
        {
            var policy = policy
            let now = last + quiet
            policy.request(at: now)
            #expect(policy.next <= now)
            policy.roundBegan(at: now)
            policy.roundEnded(succeeded: true, nodeCount: 6, at: now, using: &random)
            policy.request(at: now)
            #expect(policy.next <= now + longest)
            #expect(policy.next > now + longest / 3)
        }
    }

    // MARK: - Idle rounds

    @Test func `without a trigger there is a round a minute, more or less`() {
        for seed in UInt64(1)...100 {
            var policy = RefreshPolicy()
            var random = SeededGenerator(seed: seed)
            policy.request(at: start)
            policy.roundBegan(at: start)
            policy.roundEnded(succeeded: true, nodeCount: 6, at: start, using: &random)
            for _ in 0..<3 {
                #expect(policy.isNextIdle)
                let before = policy.next
                policy.roundBegan(at: before)
                policy.roundEnded(succeeded: true, asked: 1, nodeCount: 6, at: before, using: &random)
                #expect((48_000...72_000).contains((policy.next - before) / 1_000_000))
            }
        }
    }

    @Test func `an idle round is none that makes the gap longer`() {
        var policy = RefreshPolicy()
        var random = Extreme(isLargest: true)
        for minute in 0..<5 {
            let now = start + .seconds(60 * minute)
            policy.roundBegan(at: now)
            policy.roundEnded(succeeded: true, asked: 1, nodeCount: 6, at: now, using: &random)
        }
        let now = start + .seconds(240)
        policy.request(at: now)
        #expect(policy.next <= now + .milliseconds(100))
    }

    // MARK: - Silence

    @Test func `a round that brought nothing is repeated while somebody may wait for it`() {
        var policy = RefreshPolicy()
        var random = SeededGenerator(seed: 1)
        policy.request(at: start)
        var now = start
        while policy.next < start + RefreshPolicy.attention {
            now = max(now, policy.next)
            policy.roundBegan(at: now)
            policy.roundEnded(succeeded: false, nodeCount: 6, at: now, using: &random)
        }
        #expect(policy.silentRounds > 15)
        // Nobody waits any more: an idle client leaves the nodes alone.
        now = max(now, policy.next)
        policy.roundBegan(at: now)
        policy.roundEnded(succeeded: false, nodeCount: 6, at: start + RefreshPolicy.attention, using: &random)
        #expect(policy.isNextIdle)
        #expect(policy.next > now + .seconds(40))
        policy.request(at: now + .seconds(20))
        #expect(policy.next <= now + .seconds(20))
    }

    @Test func `silent rounds are counted until one is not`() {
        var policy = RefreshPolicy()
        var random = SeededGenerator(seed: 1)
        for (succeeded, silent) in [(false, 1), (false, 2), (false, 3), (true, 0), (false, 1)] {
            policy.request(at: start)
            policy.roundBegan(at: start)
            policy.roundEnded(succeeded: succeeded, nodeCount: 6, at: start, using: &random)
            #expect(policy.silentRounds == silent)
        }
    }

    @Test func `it stands any numbers`() {
        var policy = RefreshPolicy()
        var random = SeededGenerator(seed: 1)
        for nodes in [0, -1, 1, 16_384, 1_000_000] {
            for asked in [0, -1, 3, 1_000] {
                policy.request(at: start)
                policy.roundBegan(at: start)
                policy.roundEnded(succeeded: true, asked: asked, nodeCount: nodes, at: start, using: &random)
                policy.request(at: .distantFuture)
                #expect(policy.next >= start)
            }
        }
    }
}
