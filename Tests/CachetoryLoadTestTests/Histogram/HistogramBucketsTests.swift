import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct HistogramBucketsTests {
    @Test func `every bucket begins where it says and ends where the next one begins`() {
        for index in 0..<HistogramBuckets.count {
            let lower = HistogramBuckets.lowerBound(of: index)
            #expect(HistogramBuckets.index(of: lower) == index)
            if index > 0 { #expect(HistogramBuckets.index(of: lower - 1) == index - 1) }
        }
    }

    @Test(arguments: [0, 1, 255, 256, 511, 512, 1000, 99_999, 1_234_567, 60_000_000_000] as [UInt64])
    func `the middle of a bucket is within 0,2 percent of what is in it`(nanoseconds: UInt64) {
        let middle = HistogramBuckets.middle(of: HistogramBuckets.index(of: nanoseconds))
        let error = abs(Double(middle) - Double(nanoseconds))
        #expect(error <= Double(nanoseconds) * 0.002 || error < 1)
    }

    @Test func `a latency longer than all bounds is in the last bucket`() {
        #expect(HistogramBuckets.index(of: 1 << 42) == HistogramBuckets.count - 1)
        #expect(HistogramBuckets.index(of: .max) == HistogramBuckets.count - 1)
    }
}
