/// How often each latency occurred.
struct Histogram: Sendable, Equatable {
    /// Occurrences by bucket of ``HistogramBuckets``.
    private(set) var counts: [UInt64]

    /// The sum of ``counts``.
    private(set) var total: UInt64

    /// The longest latency, exactly.
    let longest: UInt64

    /// - Parameter counts: one number for each bucket.
    init(counts: [UInt64], longest: UInt64) {
        precondition(counts.count == HistogramBuckets.count)
        self.counts = counts
        self.longest = longest
        total = counts.reduce(0, +)
    }

    /// An empty histogram.
    init() {
        self.init(counts: Array(repeating: 0, count: HistogramBuckets.count), longest: 0)
    }

    /// The quantile in nanoseconds, to the precision of the buckets; 0 if no latency occurred.
    func quantile(_ share: Double) -> UInt64 {
        guard total > 0 else { return 0 }
        let rank = min(max(1, UInt64((share * Double(total)).rounded(.up))), total)
        var passed: UInt64 = 0
        for index in counts.indices {
            passed += counts[index]
            if passed >= rank { return min(HistogramBuckets.middle(of: index), longest) }
        }
        return longest
    }

    /// What occurred since an earlier reading of the same counts. If the longest of all is older, the longest since
    /// then has the precision of the buckets.
    func since(_ earlier: Histogram) -> Histogram {
        let recent = zip(counts, earlier.counts).map { $0 &- $1 }
        guard longest == earlier.longest, let last = recent.lastIndex(where: { $0 > 0 }) else {
            return Histogram(counts: recent, longest: longest > earlier.longest ? longest : 0)
        }
        return Histogram(counts: recent, longest: min(HistogramBuckets.middle(of: last), longest))
    }

    /// How many latencies are in a range, to the precision of the buckets.
    func count(in nanoseconds: Range<UInt64>) -> UInt64 {
        let first = HistogramBuckets.index(of: nanoseconds.lowerBound)
        var end = HistogramBuckets.index(of: nanoseconds.upperBound)
        // The last bucket has no upper bound.
        if end == counts.count - 1 { end += 1 }
        return counts[first..<max(first, end)].reduce(0, +)
    }
}
