import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct IntervalSeriesTests {
    private let second: UInt64 = 1_000_000_000
    private let recorder = LatencyRecorder()

    private func series(end: UInt64?) -> IntervalSeries {
        IntervalSeries(begin: 10 * second, length: second, end: end)
    }

    private func counts(errors: Int = 0, wrongValues: Int = 0) -> IntervalSeries.Counts {
        .init(latencies: recorder.histogram(), errors: errors, wrongValues: wrongValues)
    }

    @Test func `each interval has what came in it and no more`() throws {
        var series = series(end: nil)
        #expect(series.nextEnd == 11 * second)
        for _ in 0..<99 { recorder.record(100_000) }
        recorder.record(2_000_000)
        let resources = ResourceSample(memory: 25_400_000, descriptors: 12, threads: 5, connections: 2)
        series.close(counts(errors: 3), resources, at: 11 * second)
        for _ in 0..<50 { recorder.record(300_000) }
        series.close(counts(errors: 3, wrongValues: 1), ResourceSample(), at: 12 * second)
        let (first, next) = (series.samples[0], series.samples[1])
        #expect(first.begin == 0 && first.seconds == 1 && first.end == 1)
        #expect(first.operations == 100 && first.opsPerSecond == 100)
        #expect(first.errors == 3 && first.wrongValues == 0)
        #expect(abs(first.latency.p99 - 100) < 0.2 && first.latency.max == 2000)
        #expect(first.memory == 25.4 && first.descriptors == 12 && first.threads == 5 && first.connections == 2)
        #expect(next.begin == 1 && next.operations == 50)
        #expect(next.errors == 0 && next.wrongValues == 1)
        // The longest latency is that of the interval, not that of the run.
        #expect(abs(next.latency.max - 300) < 0.6)
        #expect(next.memory == nil && next.connections == nil)
    }

    @Test func `what was counted before the run is not in it`() {
        recorder.record(1000)
        var series = IntervalSeries(begin: 0, length: second, end: nil, counts: counts(errors: 7))
        recorder.record(1000)
        series.close(counts(errors: 9), ResourceSample(), at: second)
        #expect(series.samples.map(\.operations) == [1])
        #expect(series.samples.map(\.errors) == [2])
    }

    @Test func `the last interval ends with the run, and one too short is none`() {
        var series = series(end: 13 * second + second / 4)
        for time in 11...12 as ClosedRange<UInt64> { series.close(counts(), ResourceSample(), at: time * second) }
        #expect(series.nextEnd == 13 * second + second / 4)
        series.close(counts(), ResourceSample(), at: series.nextEnd)
        #expect(series.nextEnd == .max)
        // The calls under way then end a little later.
        recorder.record(5000)
        series.finish(counts(), ResourceSample(), at: 13 * second + second / 2)
        #expect(series.samples.map(\.begin) == [0, 1, 2])
        #expect(series.samples.map(\.seconds) == [1, 1, 1.5])
        #expect(series.samples.map(\.operations) == [0, 0, 1])
    }

    @Test func `what is long enough is an interval of its own`() {
        var series = series(end: nil)
        series.close(counts(), ResourceSample(), at: 11 * second)
        series.finish(counts(), ResourceSample(), at: 11 * second + 600_000_000)
        #expect(series.samples.map(\.seconds) == [1, 0.6])
    }

    @Test func `a run shorter than an interval is one`() {
        var series = series(end: 10 * second + 5)
        recorder.record(5000)
        series.finish(counts(), ResourceSample(), at: 10 * second + 10_000_000)
        #expect(series.samples.map(\.operations) == [1])
        #expect(series.samples.map(\.seconds) == [0.01])
    }

    @Test func `an interval that was ended late shifts the next ones no more than it must`() {
        var series = series(end: nil)
        series.close(counts(), ResourceSample(), at: 11 * second + 100_000_000)
        #expect(series.nextEnd == 12 * second)
        series.close(counts(), ResourceSample(), at: 15 * second)
        #expect(series.nextEnd == 15 * second + second / 2)
    }

    // MARK: - Lengths

    @Test(
        arguments: [
            ("--duration 1s", .milliseconds(100)), ("--duration 4s", .milliseconds(200)),
            ("--duration 20s", .seconds(1)),
            ("--duration 10m", .seconds(1)), ("--duration 10h", .seconds(60)), ("--requests 5", .seconds(1)),
            ("--soak --duration 10m", .seconds(10)), ("--soak --duration 20s", .seconds(2)),
            ("--soak --duration 10m --interval 1s", .seconds(1)), ("--duration 10m --interval 3s", .seconds(3)),
        ] as [(String, Duration)])
    func `intervals are as long as suits the run`(line: String, length: Duration) throws {
        let options = try Options(arguments: line.split(separator: " ").map(String.init))
        #expect(IntervalLength.of(options) == length)
    }
}
