import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import Foundation
import Testing

/// Who gets a connection when there are not enough for all.
@Suite(.timeLimit(.minutes(5))) struct LeaseContentionTests {
    private func configuration(
        _ peer: EchoPeer, maxConnections: Int = 1, maxInFlight: Int = 1024, acquireTimeout: Duration = .seconds(200),
        commandTimeout: Duration? = .seconds(200)
    ) -> RedisClientConfiguration {
        var configuration = peer.configuration
        configuration.pool.maxConnections = maxConnections
        configuration.pool.maxInFlight = maxInFlight
        configuration.pool.acquireTimeout = acquireTimeout
        configuration.commandTimeout = commandTimeout
        return configuration
    }

    // MARK: - Too busy for too long

    @Test(arguments: PoolKind.allCases)
    func `who waits too long for a connection is told the limits, in time`(kind: PoolKind) async throws {
        let peer = try EchoPeer()
        let pool = try kind.open(configuration(peer, maxInFlight: 1, acquireTimeout: .milliseconds(100)))
        try await pool.warmUp()
        async let stalled = pool.execute(["STALL"])
        await peer.waitFor("STALL")
        let (time, error) = await timed {
            await #expect(throws: RedisCallError.self) { try await pool.execute(["PING"]) }
        }
        #expect(error == .poolExhausted(maxConnections: 1, maxInFlight: 1, waited: .milliseconds(100)))
        #expect(error?.description.contains("max_connections=1") == true)
        #expect(error?.description.contains("max_in_flight=1") == true)
        #expect(time >= .milliseconds(100) && time < busyMachine, "\(time)")
        peer.goOn()
        #expect(try await stalled == .simpleString("STALL"))
        #expect(try await pool.execute(["PING"]) == .simpleString("PING"))
    }

    @Test(arguments: PoolKind.allCases)
    func `nobody waits for a connection longer than the command may take`(kind: PoolKind) async throws {
        let peer = try EchoPeer()
        let pool = try kind.open(configuration(peer, maxInFlight: 1, commandTimeout: .milliseconds(500)))
        try await pool.warmUp()
        let stalled = Task { try await pool.exclusively([["STALL"]], .seconds(200)) }
        await peer.waitFor("STALL")
        let (time, error) = await timed {
            await #expect(throws: RedisCallError.self) { try await pool.execute(["INCR", "n"]) }
        }
        #expect(error == .timedOut(.notExecuted))
        #expect(time >= .milliseconds(500) && time < busyMachine, "\(time)")
        peer.goOn()
        _ = try await stalled.value
        let reply = try await eventuallyValue { try? await pool.execute(["PING"]) }
        #expect(reply == .simpleString("PING"))
    }

    @Test(arguments: PoolKind.allCases)
    func `with an acquire timeout of zero a free connection is given, and a busy pool fails at once`(
        kind: PoolKind
    ) async throws {
        let peer = try EchoPeer()
        let pool = try kind.open(configuration(peer, maxInFlight: 1, acquireTimeout: .zero))
        #expect(try await pool.execute(["PING"]) == .simpleString("PING"))
        async let stalled = pool.execute(["STALL"])
        await peer.waitFor("STALL")
        await #expect(throws: RedisCallError.poolExhausted(maxConnections: 1, maxInFlight: 1, waited: .zero)) {
            try await pool.execute(["PING"])
        }
        peer.goOn()
        #expect(try await stalled == .simpleString("STALL"))
    }

    @Test func `one who is cancelled while waiting leaves at once, and the others move up`() async throws {
        let peer = try EchoPeer()
        let pool = try ConnectionPool(configuration(peer, maxInFlight: 1))
        async let stalled = pool.execute(["STALL"])
        await peer.waitFor("STALL")
        let cancelled = Task { try await pool.execute(["CANCELLED"]) }
        let patient = Task { try await pool.execute(["PATIENT"]) }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        peer.goOn()
        #expect(try await stalled == .simpleString("STALL"))
        #expect(try await patient.value == .simpleString("PATIENT"))
    }

    // MARK: - Shared and exclusive

    @Test(arguments: PoolKind.allCases)
    func `with one command in flight each call has a connection to itself`(kind: PoolKind) async throws {
        let peer = try EchoPeer()
        let pool = try kind.open(configuration(peer, maxConnections: 3, maxInFlight: 1))
        let calls = (0..<3).map { _ in Task { try await pool.execute(["STALL"]) } }
        for _ in calls { await peer.waitFor("STALL") }
        #expect(await pool.connectionCount() == 3)
        for _ in calls { peer.goOn() }
        for call in calls { #expect(try await call.value == .simpleString("STALL")) }
        #expect(peer.connectionCount == 3)
    }

    @Test(arguments: PoolKind.allCases)
    func `while a connection is lent, the others wait for it or get another one`(kind: PoolKind) async throws {
        let peer = try EchoPeer()
        for maxConnections in 1...2 {
            let pool = try kind.open(configuration(peer, maxConnections: maxConnections))
            async let lent = pool.exclusively([["STALL"], ["LENT"]], nil)
            await peer.waitFor("STALL")
            async let other = pool.execute(["OTHER"])
            if maxConnections == 2 { #expect(try await other == .simpleString("OTHER")) }
            peer.goOn()
            #expect(try await lent == [.simpleString("STALL"), .simpleString("LENT")])
            #expect(try await other == .simpleString("OTHER"))
        }
    }

    @Test func `one who waits for a connection of one's own gets it under any load`() async throws {
        var configuration = try await SharedServer.value.configuration
        configuration.pool.maxConnections = 1
        let pool = try ConnectionPool(configuration)
        try await withThrowingTaskGroup { group in
            for _ in 0..<20 {
                group.addTask { while !Task.isCancelled { _ = try? await pool.execute(["PING"]) } }
            }
            for _ in 0..<20 {
                _ = try await pool.withConnection { try await $0.execute(["PING"]) }
            }
            group.cancelAll()
        }
        #expect(await pool.connectionCount == 1)
    }

    @Test func `while one waits for a connection of one's own, the others share on`() async throws {
        let peer = try EchoPeer()
        let pool = try ConnectionPool(configuration(peer, maxConnections: 2))
        // Two connections, each with a call that takes its time.
        let stalled = try await pool.withConnection { _ in
            let stalled = Task { try await pool.execute(["STALL"]) }
            await peer.waitFor("STALL")
            return stalled
        }
        let second = Task { try await pool.execute(["STALL"]) }
        await peer.waitFor("STALL")
        #expect(await pool.connectionCount == 2)

        let exclusive = Task { try await pool.withConnection { try await $0.execute(["EXCLUSIVE"]) } }
        #expect(try await eventually { pool.hasWaiters })
        let shared = Task { try await pool.execute(["SHARED"]) }
        // It is sent on the connection that does not get idle for the other one.
        await peer.waitFor("SHARED")
        peer.goOn()
        peer.goOn()
        #expect(try await shared.value == .simpleString("SHARED"))
        #expect(try await exclusive.value == .simpleString("EXCLUSIVE"))
        #expect(try await stalled.value == .simpleString("STALL"))
        #expect(try await second.value == .simpleString("STALL"))
    }
}
