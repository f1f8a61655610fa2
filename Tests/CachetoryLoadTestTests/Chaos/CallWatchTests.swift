import CachetoryLocking
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct CallWatchTests {
    private let watch = CallWatch(begin: 0, timeout: .seconds(1), slack: .milliseconds(100))
    private let second: UInt64 = 1_000_000_000

    @Test func `successes and failures may be late, and only successes make it available`() {
        watch.didSucceed(from: 0, at: second + 50_000_000, isWrite: false)
        #expect(watch.lateness.latestCall == (50_000_000, "a success"))
        watch.didFail(from: second, at: 2 * second + 100_000_001, RedisCallError.timedOut(.unknown))
        #expect(watch.lateness.latestCall == (100_000_001, "\(RedisCallError.timedOut(.unknown))"))
        #expect(watch.lateness.lateCalls == 1)
        #expect(watch.availability.share(until: 4 * second) == 0.025)
    }

    @Test(arguments: [false, true])
    func `the first success after a moment is found, and no earlier one`(isWrite: Bool) async throws {
        let watch = watch
        let isOver = Lock(false)
        let found = try await onThread {
            Thread.detachNewThread {
                // The one who waits may come before or after any of these.
                var time: UInt64 = 0
                while !isOver.withLock({ $0 }) {
                    time += 1
                    watch.didSucceed(from: time, at: time, isWrite: time.isMultiple(of: 2))
                }
            }
            defer { isOver.withLock { $0 = true } }
            return watch.success(after: 10_001, isWrite: isWrite, within: .seconds(20))
        }
        let success = try #require(found)
        #expect(success > 10_001)
        #expect(!isWrite || success.isMultiple(of: 2))
    }

    @Test func `without a success the wait ends in time`() async throws {
        let watch = watch
        let found = try await onThread {
            watch.success(after: 0, isWrite: false, within: .milliseconds(20))
        }
        #expect(found == nil)
    }
}
