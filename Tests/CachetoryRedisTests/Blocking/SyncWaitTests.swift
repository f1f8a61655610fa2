import CachetoryLocking
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Testing

/// Threads that wait for a connection of a blocking pool.
@Suite(.timeLimit(.minutes(2))) struct SyncWaitTests {
    private func pool(
        _ peer: EchoPeer, maxConnections: Int, acquireTimeout: Duration = .seconds(100)
    ) throws -> SyncConnectionPool {
        var configuration = peer.configuration
        configuration.pool.maxConnections = maxConnections
        configuration.pool.acquireTimeout = acquireTimeout
        configuration.commandTimeout = .seconds(100)
        return try SyncConnectionPool(configuration)
    }

    /// Lends all connections there may be, one inside the other, and says how many that were.
    private func lendAll(_ pool: SyncConnectionPool) -> Int {
        (try? pool.withConnection { _ in 1 + lendAll(pool) }) ?? 0
    }

    /// Who was served, one after the other.
    private final class Order: Sendable {
        let numbers = Lock<[Int]>([])
    }

    @Test func `threads are served in the order in which they came`() async throws {
        let peer = try EchoPeer()
        let pool = try pool(peer, maxConnections: 1)
        let order = Order()
        async let stalled = onThread { try pool.execute(["STALL"]) }
        await peer.waitFor("STALL")
        try await withThrowingTaskGroup { group in
            for number in 0..<100 {
                group.addTask {
                    try await onThread {
                        try pool.withConnection { _ in order.numbers.withLock { $0.append(number) } }
                    }
                }
                let isWaiting = try await eventually { pool.waiterCount == number + 1 }
                #expect(isWaiting)
            }
            peer.goOn()
            try await group.waitForAll()
        }
        #expect(try await stalled == .simpleString("STALL"))
        #expect(order.numbers.withLock { $0 } == Array(0..<100))
        #expect(pool.waiterCount == 0)
    }

    @Test func `where waits end in the moment of a signal, no permit is lost`() async throws {
        let peer = try EchoPeer()
        let pool = try pool(peer, maxConnections: 3, acquireTimeout: .microseconds(30))
        let (served, refused) = (Counter(), Counter())
        try await onThreads(16) { thread in
            var generator = SeededGenerator(seed: UInt64(thread + 1))
            for _ in 0..<500 {
                let time = Int64(generator.next() % 60_000)
                do {
                    try pool.withConnection { _ in
                        let end = Timestamp.now + time
                        while .now < end {}
                    }
                    served.add()
                } catch RedisCallError.poolExhausted {
                    refused.add()
                }
            }
        }
        #expect(served.count > 0 && refused.count > 0)
        #expect(pool.waiterCount == 0)
        #expect(try await onThread { lendAll(pool) } == 3)
        #expect(pool.connectionCount == 3)
        // The pool and its permits are still of one mind: the end comes as soon as nothing is lent.
        let (time, _) = try await timed { try await onThread { pool.close() } }
        #expect(time < .seconds(5))
        #expect(pool.connectionCount == 0)
    }

    @Test func `all who wait at the end are told so, while a call goes on`() async throws {
        let peer = try EchoPeer()
        let pool = try pool(peer, maxConnections: 1)
        let told = Counter()
        async let stalled = onThread { try pool.execute(["STALL"]) }
        await peer.waitFor("STALL")
        try await withThrowingTaskGroup { group in
            for number in 0..<20 {
                group.addTask {
                    try await onThread {
                        #expect(throws: RedisCallError.closed) { try pool.execute(["LATE"]) }
                        told.add()
                    }
                }
                let isWaiting = try await eventually { pool.waiterCount == number + 1 }
                #expect(isWaiting)
            }
            group.addTask { try await onThread { pool.close() } }
            let areTold = try await eventually { told.count == 20 }
            #expect(areTold)
            #expect(pool.connectionCount == 1)
            peer.goOn()
            try await group.waitForAll()
        }
        #expect(try await stalled == .simpleString("STALL"))
        #expect(pool.connectionCount == 0)
    }
}
