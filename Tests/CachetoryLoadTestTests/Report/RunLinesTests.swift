import CachetoryLocking
import CachetoryTestSupport
import Foundation
import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(1)))
struct RunLinesTests {
    @Test func `lines of several threads come in the order of their times`() async throws {
        let written = Lock<[UInt64]>([])
        let lines = RunLines { line in written.withLock { $0.append(UInt64(line) ?? 0) } }
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    try await onThread {
                        for _ in 0..<500 { lines.add { "\($0)" } }
                    }
                }
            }
        }
        let times = written.withLock { $0 }
        #expect(times.count == 2000)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test func `what has nothing to say prints nothing`() {
        let written = Lock(0)
        RunLines { _ in written.withLock { $0 += 1 } }.add { _ in nil }
        #expect(written.withLock { $0 } == 0)
    }
}
