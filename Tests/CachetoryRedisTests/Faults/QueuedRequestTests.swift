import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import Foundation
import Testing

/// Requests that wait for a server which reads nothing.
@Suite(.timeLimit(.minutes(5))) struct QueuedRequestTests {
    private static let value = RESPArgument.bytes(Data(repeating: UInt8(ascii: "v"), count: 11_000))

    @Test func `cancelled calls are taken back, and are not executed later`() async throws {
        try await withServer { server in
            let count = 20_000
            var configuration = server.configuration.patient
            configuration.pool.maxInFlight = count
            let pool = try ConnectionPool(configuration)
            _ = try await pool.execute(["PING"])
            server.suspend()
            let calls = Task {
                await withTaskGroup { group in
                    for number in 0..<count {
                        group.addTask {
                            await #expect(throws: CancellationError.self) {
                                try await pool.execute(["SET", .string("k\(number)"), Self.value])
                            }
                        }
                    }
                }
            }
            // All that the kernel takes is written, and nearly all of the rest waits.
            #expect(try await eventually { pool.queuedBytes > 190_000_000 })
            calls.cancel()
            await calls.value
            #expect(pool.queuedBytes < 20_000_000)
            server.resume()
            guard case .integer(let executed) = try await pool.execute(["DBSIZE"]) else { return }
            #expect(executed < count / 10)
            #expect(try await eventually { pool.queuedBytes == 0 })
            await pool.close()
        }
    }

    @Test func `callers wait while too much is queued, and go on when there is room`() async throws {
        try await withServer { server in
            var configuration = server.configuration.patient
            configuration.pool.maxQueuedBytes = 1 << 20
            let pool = try ConnectionPool(configuration)
            _ = try await pool.execute(["PING"])
            server.suspend()
            let most = Counter()
            let calls = Task {
                try await withThrowingDiscardingTaskGroup { group in
                    for number in 0..<2_000 {
                        group.addTask {
                            let reply = try await pool.execute(["SET", .string("k\(number)"), Self.value])
                            #expect(reply == .simpleString("OK"))
                            if pool.queuedBytes > 2 << 20 { most.add() }
                        }
                    }
                }
            }
            #expect(try await eventually { await pool.waiterCount > 100 })
            #expect(pool.queuedBytes < 2 << 20)
            server.resume()
            try await calls.value
            #expect(most.count == 0)
            #expect(try await pool.execute(["DBSIZE"]) == .integer(2_000))
            #expect(pool.queuedBytes == 0)
            await pool.close()
        }
    }

    @Test func `a caller who finds no room in time is told so`() async throws {
        try await withServer { server in
            var configuration = server.configuration.patient
            configuration.pool.maxQueuedBytes = 1 << 20
            configuration.pool.acquireTimeout = .milliseconds(200)
            let pool = try ConnectionPool(configuration)
            _ = try await pool.execute(["PING"])
            server.suspend()
            let value = RESPArgument.bytes(Data(count: 100_000))
            let exhausted = Counter()
            try await withThrowingTaskGroup { group in
                for number in 0..<500 {
                    group.addTask {
                        do {
                            _ = try await pool.execute(["SET", .string("k\(number)"), value])
                        } catch RedisCallError.poolExhausted {
                            exhausted.add()
                        }
                    }
                }
                #expect(try await eventually { exhausted.count > 400 })
                #expect(pool.queuedBytes < 2 << 20)
                server.resume()
                try await group.waitForAll()
            }
            #expect(try await pool.execute(["DBSIZE"]) == .integer(Int64(500 - exhausted.count)))
            await pool.close()
        }
    }
}
