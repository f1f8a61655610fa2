/// How latencies are grouped: finely where they are short, coarsely where they are long, always to the same precision.
///
/// Up to 255 ns each nanosecond is a bucket. Above, every doubling is divided into 256 equal buckets, so the middle of
/// a bucket is within 0.2 % of every latency in it.
enum HistogramBuckets {
    /// The binary logarithm of the buckets for each doubling.
    private static let precision = 8

    /// The longest latency resolved, in powers of two of a nanosecond: 73 minutes, beyond any time limit of a call.
    private static let longest = 42

    /// How many buckets there are.
    static let count = (longest - precision + 1) << precision

    /// The bucket of a latency.
    static func index(of nanoseconds: UInt64) -> Int {
        let octave = max(0, UInt64.bitWidth - precision - 1 - nanoseconds.leadingZeroBitCount)
        // The leading bit stays in the number: it counts as one more octave.
        return min((octave << precision) + Int(truncatingIfNeeded: nanoseconds >> UInt64(octave)), count - 1)
    }

    /// The shortest latency of a bucket.
    static func lowerBound(of index: Int) -> UInt64 {
        let octave = max(0, (index >> precision) - 1)
        return UInt64(index - (octave << precision)) << UInt64(octave)
    }

    /// The latency that stands for a bucket, its middle.
    static func middle(of index: Int) -> UInt64 {
        (lowerBound(of: index) + lowerBound(of: index + 1) - 1) / 2
    }
}
