import CachetoryTestSupport
import Foundation
import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct LatencyRecorderTests {
    @Test(arguments: [LatencyRecorder.Copies.four, .sixteen])
    func `threads at once lose no latency`(copies: LatencyRecorder.Copies) async throws {
        let recorder = LatencyRecorder(copies: copies)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for thread in 1...8 {
                group.addTask {
                    try await onThread {
                        for latency in 1...10_000 { recorder.record(UInt64(latency * thread)) }
                    }
                }
            }
            try await group.waitForAll()
        }
        let histogram = recorder.histogram()
        #expect(histogram.total == 80_000)
        #expect(histogram.longest == 80_000)
    }
}
