import Foundation
import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct KeyDistributionTests {
    private static let draws = 400_000

    /// How often each key is drawn from a distribution.
    private func counts(_ distribution: KeyDistribution, keys: Int) -> [Int] {
        var random = SplitMix64(seed: 11)
        var counts = [Int](repeating: 0, count: keys)
        for _ in 0..<Self.draws { counts[distribution.key(using: &random)] += 1 }
        return counts
    }

    /// Five standard deviations of a count: a right distribution exceeds them once in a million times.
    private func tolerance(_ probability: Double) -> Double {
        5 * (Double(Self.draws) * probability * (1 - probability)).squareRoot()
    }

    @Test func `uniform draws every key equally often`() {
        let wrong = counts(.uniform(count: 100), keys: 100).filter { count in
            abs(Double(count) - Double(Self.draws) / 100) > tolerance(0.01)
        }
        #expect(wrong.isEmpty)
    }

    @Test(arguments: [0.5, 0.99, 1, 1.5])
    func `zipf draws key k in proportion to a power of k`(exponent: Double) {
        let keys = 1000
        let weights = (1...keys).map { pow(Double($0), -exponent) }
        let sum = weights.reduce(0, +)
        let counts = counts(.zipf(ZipfTable(count: keys, exponent: exponent)), keys: keys)
        let wrong = counts.indices.filter { key in
            let probability = weights[key] / sum
            return abs(Double(counts[key]) - Double(Self.draws) * probability) > tolerance(probability)
        }
        #expect(wrong.isEmpty)
    }

    @Test(arguments: [1, 2, 3, 7, 1_000_000])
    func `zipf of any number of keys draws none beyond them`(keys: Int) {
        let table = ZipfTable(count: keys)
        let drawn = ([0, 1, UInt64(UInt32.max), 1 << 32, 1 << 63, .max] as [UInt64]).map { table.key(for: $0) }
        #expect(drawn.allSatisfy((0..<keys).contains))
    }

    @Test func `a seed repeats its keys, another seed or worker has others`() {
        func keys(_ random: SplitMix64) -> [Int] {
            var random = random
            return (0..<20).map { _ in KeyDistribution.uniform(count: 1_000_000).key(using: &random) }
        }
        let first = keys(SplitMix64(seed: 1, stream: 0))
        #expect(first == keys(SplitMix64(seed: 1, stream: 0)))
        #expect(first != keys(SplitMix64(seed: 2, stream: 0)))
        #expect(first != keys(SplitMix64(seed: 1, stream: 1)))
    }
}
