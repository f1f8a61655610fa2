import CachetoryRedis
import Testing

@Suite struct SlidingWindowMaximumTests {
    private let start = Timestamp(nanoseconds: 5)

    @Test func `a greater number counts at once`() {
        var peak = SlidingWindowMaximum()
        peak.add(1, at: start)
        #expect(peak.value == 1)
        peak.add(8, at: start + 1)
        #expect(peak.value == 8)
    }

    @Test func `it counts for its time, and no longer than twice that`() {
        var peak = SlidingWindowMaximum()
        peak.add(1, at: start)
        peak.add(8, at: start + 1)
        peak.add(2, at: start + (SlidingWindowMaximum.memory - 1))
        #expect(peak.value == 8)
        peak.add(1, at: start + SlidingWindowMaximum.memory)
        #expect(peak.value == 8)
        peak.add(3, at: start + (SlidingWindowMaximum.memory + 1))
        peak.add(1, at: start + 2 * SlidingWindowMaximum.memory)
        #expect(peak.value == 3)
    }

    @Test func `it counts for no longer than that where others come seldom`() {
        var peak = SlidingWindowMaximum()
        peak.add(8, at: start)
        peak.add(1, at: start + SlidingWindowMaximum.memory * 19 / 10)
        #expect(peak.value == 8)
        peak.add(1, at: start + SlidingWindowMaximum.memory * 2)
        #expect(peak.value == 1)
    }

    @Test func `after a long time the number before it does not count`() {
        var peak = SlidingWindowMaximum()
        peak.add(8, at: start)
        peak.add(1, at: start + 100 * SlidingWindowMaximum.memory)
        #expect(peak.value == 1)
    }
}
