import CachetoryLocking
import CachetoryRESP
import CachetoryRedis
import Testing

/// Ten thousand callers of four connections.
extension StressTests {
    @Suite struct Crowd {
        private static let crowd = 10_000
        private static let connections = 4

        /// A pool whose connections are all taken, each by a call that waits until the peer goes on.
        private func withBusyPool(
            acquireTimeout: Duration, _ body: (ConnectionPool, EchoPeer) async throws -> Void
        ) async throws {
            let peer = try EchoPeer()
            var configuration = peer.configuration
            configuration.pool.maxConnections = Self.connections
            configuration.pool.maxInFlight = 1
            configuration.pool.acquireTimeout = acquireTimeout
            let pool = try ConnectionPool(configuration)
            let stalls = (0..<Self.connections).map { _ in Task { try await pool.execute(["STALL"]) } }
            for _ in stalls { await peer.waitFor("STALL") }
            try await body(pool, peer)
            for stall in stalls { _ = try await stall.value }
            await pool.close()
        }

        /// Who was served, one after the other.
        private final class Order: Sendable {
            private let served = Lock<[Int]>([])

            var numbers: [Int] { served.withLock { $0 } }

            func append(_ number: Int) {
                served.withLock { $0.append(number) }
            }
        }

        @Test func `first come, first served`() async throws {
            let order = Order()
            try await withBusyPool(acquireTimeout: .seconds(200)) { pool, peer in
                // All on one thread: where the system lets one of many threads wait, that is no matter of the pool.
                try await withTaskExecutorPreference(pool.taskExecutor) {
                    try await withThrowingDiscardingTaskGroup { group in
                        for number in 0..<Self.crowd {
                            group.addTask {
                                try await pool.withConnection { _ in order.append(number) }
                            }
                            // The next one comes when this one stands in line.
                            while await pool.waiterCount <= number { await Task.yield() }
                        }
                        for _ in 0..<Self.connections { peer.goOn() }
                    }
                }
            }
            let served = order.numbers
            #expect(served.count == Self.crowd)
            #expect(mostOvertakings(in: served) < Self.connections)
        }

        /// By how many that came later one of them was overtaken, at most.
        private func mostOvertakings(in order: [Int]) -> Int {
            var isServed = [Bool](repeating: false, count: order.count)
            var firstWaiting = 0
            var most = 0
            for (position, number) in order.enumerated() {
                let stillWaiting = (firstWaiting..<max(firstWaiting, number)).count { !isServed[$0] }
                most = max(most, position - (number - stillWaiting))
                isServed[number] = true
                while firstWaiting < order.count, isServed[firstWaiting] { firstWaiting += 1 }
            }
            return most
        }

        @Test func `each waits for as long as it may, and no longer`() async throws {
            let limit = Duration.seconds(2)
            try await withBusyPool(acquireTimeout: limit) { pool, peer in
                let latest = await withTaskGroup { group in
                    for _ in 0..<Self.crowd {
                        group.addTask {
                            let start = ContinuousClock.now
                            do {
                                _ = try await pool.execute(["MINE"])
                                Issue.record("it was served")
                            } catch RedisCallError.poolExhausted(Self.connections, 1, limit) {
                                let time = ContinuousClock.now - start
                                if time < limit { Issue.record("after \(time)") }
                                return time - limit
                            } catch {
                                Issue.record(error)
                            }
                            return .zero
                        }
                    }
                    return await group.reduce(Duration.zero, max)
                }
                print("acquire timeouts: at most \(latest) late")
                #expect(latest < tolerance)
                for _ in 0..<Self.connections { peer.goOn() }
            }
        }
    }
}
