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
        #expect(watch.availability(until: 4 * second) == [0.025])
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

    @Test func `a failure belongs to the event before which its call began`() {
        for begin in [10, 20] as [UInt64] { watch.eventBegins(at: begin) }
        for start in [9, 10, 19, 20, 1000, 12] as [UInt64] {
            watch.didFail(from: start, at: 2000, RedisCallError.timedOut(.unknown))
        }
        #expect(watch.failures == [3, 2])
    }

    // MARK: - Clusters

    /// Of a cluster's 16,384 slots, `foo` is in 12182, `bar` in 5061, `hello` in 866.
    private let places = KeyPlaces(["foo", "bar", "hello"], owners: SlotOwners { _ in nil }, parts: 3)

    @Test func `each part of a cluster's slots is available by itself`() {
        let watch = CallWatch(begin: 0, timeout: .seconds(1), slack: .zero, places: places)
        watch.didSucceed(from: 0, at: 1, isWrite: false, keys: [1])
        watch.didSucceed(from: 0, at: second / 2, isWrite: true, keys: [0, 2])
        #expect(watch.availability(until: second) == [0.2, 0, 0.1])
    }

    @Test func `a success on keys of other slots is not the one that is waited for`() async throws {
        let watch = CallWatch(begin: 0, timeout: .seconds(1), slack: .zero, places: places)
        let isOver = Lock(false)
        let found = try await onThread {
            Thread.detachNewThread {
                var time: UInt64 = 0
                while !isOver.withLock({ $0 }) {
                    time += 1
                    watch.didSucceed(from: time, at: time, isWrite: true, keys: time.isMultiple(of: 7) ? [0, 1] : [1])
                }
            }
            defer { isOver.withLock { $0 = true } }
            return watch.success(after: 0, isWrite: true, on: SlotSet([12_000...12_200]), within: .seconds(20))
        }
        let success = try #require(found)
        #expect(success.isMultiple(of: 7))
    }

    @Test func `without a success the wait ends in time`() async throws {
        let watch = watch
        let found = try await onThread {
            watch.success(after: 0, isWrite: false, within: .milliseconds(20))
        }
        #expect(found == nil)
    }
}
