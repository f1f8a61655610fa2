import Locking
import RESP
import Redis
import Testing

/// Ten thousand callers of four connections.
@Suite(.timeLimit(.minutes(10))) struct CrowdTests {
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

    @Test func `first come, first served`() async throws {
        let order = Lock<[Int]>([])
        try await withBusyPool(acquireTimeout: .seconds(200)) { pool, peer in
            // All on one thread: where the system lets one of many threads wait, that is no matter of the pool.
            try await withTaskExecutorPreference(pool.taskExecutor) {
                try await withThrowingDiscardingTaskGroup { group in
                    for number in 0..<Self.crowd {
                        group.addTask {
                            try await pool.withConnection { _ in order.withLock { $0.append(number) } }
                        }
                        // The next one comes when this one stands in line.
                        while await pool.waiterCount <= number { await Task.yield() }
                    }
                    for _ in 0..<Self.connections { peer.goOn() }
                }
            }
        }
        let served = order.withLock { $0 }
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
            let latest = try await withThrowingTaskGroup { group in
                for _ in 0..<Self.crowd {
                    group.addTask {
                        let (time, error) = await timed {
                            await #expect(throws: RedisError.self) { try await pool.execute(["MINE"]) }
                        }
                        guard case .poolExhausted(Self.connections, 1, limit)? = error else {
                            Issue.record("\(String(describing: error))")
                            return Duration.zero
                        }
                        #expect(time >= limit)
                        return time - limit
                    }
                }
                return try await group.reduce(.zero, max)
            }
            print("acquire timeouts: at most \(latest) late")
            #expect(latest < tolerance)
            for _ in 0..<Self.connections { peer.goOn() }
        }
    }
}
