import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct DriftTests {
    /// A sample that is all zero but for what a process holds.
    private func sample(memory: Double = 30, descriptors: Int = 12, threads: Int = 6) -> IntervalSample {
        IntervalSample(
            begin: 0, seconds: 10, operations: 0, opsPerSecond: 0, latency: Report.Latency(Histogram()), errors: 0,
            wrongValues: 0, memory: memory, descriptors: descriptors, threads: threads)
    }

    private func failures(_ samples: [IntervalSample]) throws -> [String] {
        try #require(Drift(samples, connections: 8)).failures
    }

    @Test func `what stays as it is has not grown`() throws {
        let drift = try #require(Drift(Array(repeating: sample(), count: 60), connections: 8))
        #expect(drift.failures.isEmpty)
        #expect(drift.rows.map(\.name) == ["memory", "descriptors", "threads"])
        #expect(drift.rows.map(\.bound) == [49, 20, 10])
    }

    @Test func `memory that grows steadily is found, and said`() throws {
        let samples = (0..<60).map { sample(memory: 30 + Double($0)) }
        // The medians of samples 6 to 18 and of the last 13, 30 and a tenth of the first and 16 being allowed.
        #expect(try failures(samples) == ["memory grew from 42.0 MB to 83.0 MB, which may be 62.2 MB at most"])
    }

    @Test func `descriptors and threads that nobody gives back are found`() throws {
        let descriptors = (0..<60).map { sample(descriptors: 12 + $0 / 4) }
        #expect(try failures(descriptors).map { $0.prefix(11) } == ["descriptors"])
        let threads = (0..<60).map { sample(threads: 6 + $0 / 8) }
        #expect(try failures(threads).map { $0.prefix(7) } == ["threads"])
    }

    @Test func `growth in the beginning is none, nor is a peak`() throws {
        var samples = (0..<60).map { sample(memory: $0 < 6 ? 5 : 30) }
        samples[58] = sample(memory: 500, descriptors: 5000, threads: 100)
        #expect(try failures(samples).isEmpty)
    }

    @Test func `what the system does not tell is not judged`() throws {
        var blind = sample()
        (blind.memory, blind.descriptors) = (nil, nil)
        let drift = try #require(Drift(Array(repeating: blind, count: 5), connections: 8))
        #expect(drift.rows.map(\.name) == ["threads"])
    }

    @Test func `too few intervals tell nothing`() {
        #expect(Drift(Array(repeating: sample(), count: 4), connections: 8) == nil)
        #expect(Drift([], connections: 8) == nil)
    }
}
