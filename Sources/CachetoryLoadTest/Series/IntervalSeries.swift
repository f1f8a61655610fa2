/// Divides a run into intervals. A pure value: it is told the counts so far, and takes the difference.
struct IntervalSeries: Sendable {
    /// Everything that was counted since the program's start.
    struct Counts: Sendable {
        var latencies = Histogram()
        var errors = 0
        var wrongValues = 0
    }

    private(set) var samples: [IntervalSample] = []

    /// When the interval that is under way ends.
    private(set) var nextEnd: UInt64

    private let begin: UInt64
    private let length: UInt64
    /// When the run ends, if that is known. An interval that would leave less than a half for the last one is the last.
    private let end: UInt64?

    /// The counts and the time at the start of this interval and of the one before.
    private var start: (counts: Counts, time: UInt64)
    private var previousStart: (counts: Counts, time: UInt64)?

    init(begin: UInt64, length: UInt64, end: UInt64?, counts: Counts = Counts()) {
        (self.begin, self.length, self.end) = (begin, max(1, length), end)
        start = (counts, begin)
        nextEnd = begin
        nextEnd = self.end(ofIntervalAt: begin)
    }

    private func end(ofIntervalAt time: UInt64) -> UInt64 {
        let next = time + length
        guard let end else { return next }
        return time >= end ? .max : next + length / 2 < end ? next : end
    }

    /// Ends the interval that is under way.
    mutating func close(_ counts: Counts, _ resources: ResourceSample, at now: UInt64) {
        samples.append(sample(from: start, to: counts, resources, at: now))
        previousStart = start
        start = (counts, now)
        // One that ended late may shorten the next by half.
        nextEnd = end(ofIntervalAt: max(nextEnd, now - min(now - begin, length / 2)))
    }

    /// Ends the run. What is left of it becomes an interval, or if short, part of the one before.
    mutating func finish(_ counts: Counts, _ resources: ResourceSample, at now: UInt64) {
        if now - start.time < length / 2, let previousStart {
            samples.removeLast()
            start = previousStart
        }
        if now > start.time { samples.append(sample(from: start, to: counts, resources, at: now)) }
    }

    private func sample(
        from start: (counts: Counts, time: UInt64), to counts: Counts, _ resources: ResourceSample, at now: UInt64
    ) -> IntervalSample {
        let recent = counts.latencies.since(start.counts.latencies)
        let seconds = Double(now - start.time) / 1e9
        return IntervalSample(
            begin: (Double(start.time - begin) / 1e9).rounded(digits: 3),
            seconds: seconds.rounded(digits: 3),
            operations: Int(recent.total),
            opsPerSecond: seconds > 0 ? (Double(recent.total) / seconds).rounded(digits: 1) : 0,
            latency: Report.Latency(recent),
            errors: counts.errors - start.counts.errors,
            wrongValues: counts.wrongValues - start.counts.wrongValues,
            memory: resources.memory.map { (Double($0) / 1e6).rounded(digits: 1) },
            descriptors: resources.descriptors, threads: resources.threads, connections: resources.connections)
    }
}
