import Redis
import Testing

@Suite struct RecentPeakTests {
    private let start = Timestamp(nanoseconds: 5)

    @Test func `a greater number counts at once`() {
        var peak = RecentPeak()
        peak.add(1, at: start)
        #expect(peak.value == 1)
        peak.add(8, at: start + 1)
        #expect(peak.value == 8)
    }

    @Test func `it counts for its time, and no longer than twice that`() {
        var peak = RecentPeak()
        peak.add(1, at: start)
        peak.add(8, at: start + 1)
        peak.add(2, at: start + (RecentPeak.memory - 1))
        #expect(peak.value == 8)
        peak.add(1, at: start + RecentPeak.memory)
        #expect(peak.value == 8)
        peak.add(3, at: start + (RecentPeak.memory + 1))
        peak.add(1, at: start + 2 * RecentPeak.memory)
        #expect(peak.value == 3)
    }

    @Test func `it counts for no longer than that where others come seldom`() {
        var peak = RecentPeak()
        peak.add(8, at: start)
        peak.add(1, at: start + RecentPeak.memory * 19 / 10)
        #expect(peak.value == 8)
        peak.add(1, at: start + RecentPeak.memory * 2)
        #expect(peak.value == 1)
    }

    @Test func `after a long time the number before it does not count`() {
        var peak = RecentPeak()
        peak.add(8, at: start)
        peak.add(1, at: start + 100 * RecentPeak.memory)
        #expect(peak.value == 1)
    }
}
