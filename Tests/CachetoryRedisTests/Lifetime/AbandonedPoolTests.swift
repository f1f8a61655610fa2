import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// A pool that nobody closes.
@Suite(.timeLimit(.minutes(5))) struct AbandonedPoolTests {
    @Test func `a pool that nobody holds is freed, with its connections and its thread`() async throws {
        try await withServer { server in
            weak var freedPool: ConnectionPool?
            weak var freedReactor: AnyObject?
            do {
                let pool = try ConnectionPool(server.configuration)
                (freedPool, freedReactor) = (pool, pool.taskExecutor as AnyObject)
                _ = try await pool.execute(["PING"])
                // Somebody who waits sets the timer, which must not hold the pool either.
                try await pool.withConnection { _ = try await $0.execute(["PING"]) }
                #expect(try Descriptors.connected(toPort: server.port) == 1)
            }
            #expect(try await eventually { freedPool == nil })
            // The reactor goes with the last of its thread, its poller and its connections.
            #expect(try await eventually { freedReactor == nil })
            #expect(try await eventually { try Descriptors.connected(toPort: server.port) == 0 })
        }
    }

    @Test func `a blocking pool that nobody holds is freed with its connections`() async throws {
        try await withServer { server in
            weak var freedPool: SyncConnectionPool?
            do {
                let pool = try SyncConnectionPool(server.configuration)
                freedPool = pool
                try await onThreads(4) { _ in _ = try pool.execute(["PING"]) }
            }
            #expect(try await eventually { freedPool == nil })
            #expect(try await eventually { try Descriptors.connected(toPort: server.port) == 0 })
        }
    }

    @Test func `a closed pool is freed with its thread`() async throws {
        let server = try await SharedServer.value
        weak var freedReactor: AnyObject?
        do {
            let pool = try ConnectionPool(server.configuration)
            freedReactor = pool.taskExecutor as AnyObject
            _ = try await pool.execute(["PING"])
            await pool.close()
        }
        #expect(try await eventually { freedReactor == nil })
    }
}
