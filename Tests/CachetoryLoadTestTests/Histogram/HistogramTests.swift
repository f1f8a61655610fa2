import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct HistogramTests {
    /// Latencies from 10 us to 10 s, each power of ten as often as the others.
    private let latencies: [UInt64] = {
        var random = SplitMix64(seed: 7)
        let powers: [UInt64] = [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000]
        return (0..<20_000).map { powers[$0 % powers.count] * UInt64.random(in: 100...1000, using: &random) / 100 }
    }()

    private func histogram(of latencies: [UInt64]) -> Histogram {
        let recorder = LatencyRecorder()
        latencies.forEach(recorder.record)
        return recorder.histogram()
    }

    @Test(arguments: [0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 0.9999, 1])
    func `a quantile is that of the sorted latencies within 0,2 percent`(share: Double) {
        let exact = latencies.sorted()[max(1, Int((share * Double(latencies.count)).rounded(.up))) - 1]
        let found = histogram(of: latencies).quantile(share)
        #expect(abs(Double(found) - Double(exact)) <= Double(exact) * 0.002)
    }

    @Test func `no quantile exceeds the longest latency, which is exact`() {
        let histogram = histogram(of: [1_000_001, 1_000_003])
        #expect(histogram.longest == 1_000_003)
        #expect(histogram.quantile(1) <= 1_000_003)
    }

    @Test func `without latencies every quantile is 0`() {
        #expect(Histogram().quantile(0.5) == 0)
        #expect(Histogram().total == 0)
    }

    @Test func `what came since an earlier reading is the difference`() {
        let recorder = LatencyRecorder()
        recorder.record(1000)
        let earlier = recorder.histogram()
        recorder.record(5000)
        recorder.record(5000)
        let recent = recorder.histogram().since(earlier)
        #expect(recent.total == 2)
        #expect(recent.quantile(0) == recent.quantile(1))
        #expect(recent.count(in: 0..<4000) == 0)
        #expect(recent.count(in: 4000..<6000) == 2)
    }
}
