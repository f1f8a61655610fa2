import Testing

@testable import CachetoryLoadTest

struct AxisTests {
    @Test(
        arguments: [
            (0.0, ["0", "0.2", "0.4", "0.6", "0.8", "1"]), (7, ["0", "2", "4", "6", "8"]),
            (10, ["0", "2", "4", "6", "8", "10"]), (0.5, ["0", "0.1", "0.2", "0.3", "0.4", "0.5"]),
            (812_345, ["0", "200k", "400k", "600k", "800k", "1M"]),
            (1_000_001, ["0", "200k", "400k", "600k", "800k", "1M", "1.2M"]),
        ] as [(Double, [String])])
    func `a linear axis begins at zero and has few round steps`(largest: Double, labels: [String]) {
        let axis = Axis.linear(upTo: largest, label: AxisLabel.count)
        #expect(axis.ticks.map(\.label) == labels)
        #expect(axis.range.upperBound >= largest)
        #expect(axis.position(of: 0) == 0)
        #expect(axis.position(of: axis.range.upperBound) == 1)
    }

    @Test(
        arguments: [
            ([120.0, 480], ["100 µs", "200 µs", "500 µs"]),
            ([90, 2100], ["50 µs", "100 µs", "200 µs", "500 µs", "1 ms", "2 ms", "5 ms"]),
            ([0.5, 3_000_000], ["100 ns", "1 µs", "10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s", "10 s"]),
            ([100, 100], ["100 µs", "200 µs"]), ([], ["1 µs", "2 µs", "5 µs", "10 µs"]),
            ([0, 150], ["100 µs", "200 µs"]),
        ] as [([Double], [String])])
    func `a logarithmic axis has powers of ten, and more where they are few`(values: [Double], labels: [String]) {
        let axis = Axis.logarithmic(around: values, label: AxisLabel.microseconds)
        #expect(axis.ticks.map(\.label) == labels)
        for value in values where value > 0 { #expect(axis.range.contains(value)) }
    }

    @Test func `each factor has the same length on a logarithmic axis`() {
        let axis = Axis.logarithmic(around: [1, 10_000], label: AxisLabel.microseconds)
        #expect(abs(axis.position(of: 100) - 0.5) < 1e-9)
        #expect(axis.position(of: 0) == 0)
        #expect(axis.position(of: 1e9) == 1)
    }

    @Test(
        arguments: [
            (0.4, ["0 ms", "50 ms", "100 ms", "150 ms", "200 ms", "250 ms", "300 ms", "350 ms", "400 ms"]),
            (12, ["0 s", "2 s", "4 s", "6 s", "8 s", "10 s", "12 s"]),
            (600, (0...10).map { "\($0) min" }),
            (4 * 3600, ["0 h", "0.5 h", "1 h", "1.5 h", "2 h", "2.5 h", "3 h", "3.5 h", "4 h"]),
        ] as [(Double, [String])])
    func `a time axis ends with the run, in a unit that suits it`(seconds: Double, labels: [String]) {
        let axis = TimeUnit(for: seconds).axis(upTo: seconds)
        #expect(axis.ticks.map(\.label) == labels)
        #expect(axis.range == 0...seconds)
    }

    @Test(arguments: [(0.25, "250 ns"), (1, "1 µs"), (20_000, "20 ms"), (5_000_000, "5 s")] as [(Double, String)])
    func `a time has the unit that suits it`(microseconds: Double, label: String) {
        #expect(AxisLabel.microseconds(microseconds) == label)
    }

    @Test(arguments: [(0, "0.00 µs"), (123.456, "123 µs"), (1500, "1.50 ms"), (-1, "0.00 µs")] as [(Double, String)])
    func `a latency has three digits in the unit that suits it`(microseconds: Double, label: String) {
        #expect(AxisLabel.latency(microseconds) == label)
    }
}
