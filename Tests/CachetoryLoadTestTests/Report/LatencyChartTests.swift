import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct LatencyChartTests {
    @Test func `rows reach from the shortest to the longest latency, with the gaps between`() {
        let recorder = LatencyRecorder()
        for _ in 0..<3 { recorder.record(150_000) }
        recorder.record(1_500_000)
        let lines = LatencyChart.text(recorder.histogram()).split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[0].hasPrefix("    100 us to 200 us   75.00 %  ######"))
        #expect(lines[1] == "    200 us to 500 us    0.00 %  ")
        #expect(lines[3].hasPrefix("        1 ms to 2 ms   25.00 %  ######"))
        #expect(lines[0].filter { $0 == "#" }.count == 50)
        #expect(lines[3].filter { $0 == "#" }.count == 17)
    }

    @Test(arguments: [0, 1, 99, 1 << 41, .max] as [UInt64])
    func `every latency has its row`(nanoseconds: UInt64) {
        let recorder = LatencyRecorder()
        recorder.record(nanoseconds)
        #expect(LatencyChart.text(recorder.histogram()).contains("100.00 %  ####"))
    }
}
