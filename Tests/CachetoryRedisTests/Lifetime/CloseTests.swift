import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// The end of a pool.
@Suite(.timeLimit(.minutes(5))) struct CloseTests {
    @Test(arguments: PoolKind.allCases)
    func `a closed pool takes no calls and holds no descriptors`(kind: PoolKind) async throws {
        try await withServer { server in
            let pool = try kind.open(server.configuration)
            _ = try await pool.execute(["PING"])
            #expect(try Descriptors.connected(toPort: server.port) == 1)
            await pool.close()
            #expect(try Descriptors.connected(toPort: server.port) == 0)
            #expect(await pool.connectionCount() == 0)
            await #expect(throws: RedisCallError.closed) { try await pool.execute(["PING"]) }
            await #expect(throws: RedisCallError.closed) { try await pool.pipeline([["PING"]]) }
            await #expect(throws: RedisCallError.closed) { try await pool.transaction([["PING"]]) }
            await #expect(throws: RedisCallError.closed) { try await pool.exclusively([["PING"]], nil) }
            await pool.close()
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `a pool that was never used can be closed`(kind: PoolKind) async throws {
        let pool = try kind.open(RedisClientConfiguration())
        await pool.close()
        await #expect(throws: RedisCallError.closed) { try await pool.execute(["PING"]) }
    }

    @Test(arguments: PoolKind.allCases)
    func `what is in flight finishes, and what waits is told`(kind: PoolKind) async throws {
        let peer = try EchoPeer()
        var configuration = peer.configuration
        configuration.pool.maxConnections = 1
        configuration.pool.maxInFlight = 1
        let pool = try kind.open(configuration)
        let inFlight = Task { try await pool.execute(["STALL"]) }
        await peer.waitFor("STALL")
        let waiting = Task { try await pool.execute(["WAITING"]) }
        let closing = Task { await pool.close() }
        await #expect(throws: RedisCallError.closed) { try await waiting.value }
        await #expect(throws: RedisCallError.closed) { try await pool.execute(["LATE"]) }
        peer.goOn()
        #expect(try await inFlight.value == .simpleString("STALL"))
        await closing.value
        #expect(await pool.connectionCount() == 0)
    }

    @Test(arguments: PoolKind.allCases)
    func `a lease that goes on may finish`(kind: PoolKind) async throws {
        let peer = try EchoPeer()
        let pool = try kind.open(peer.configuration)
        let lease = Task { try await pool.exclusively([["STALL"], ["AFTER"]], nil) }
        await peer.waitFor("STALL")
        let closing = Task { await pool.close() }
        #expect(try await eventually { await (try? pool.execute(["LATE"])) == nil })
        peer.goOn()
        #expect(try await lease.value == [.simpleString("STALL"), .simpleString("AFTER")])
        await closing.value
    }

    @Test func `a reply that nobody waits for any more is not waited for`() async throws {
        let peer = try EchoPeer()
        let pool = try ConnectionPool(peer.configuration)
        let cancelled = Task { try await pool.execute(["STALL"]) }
        await peer.waitFor("STALL")
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        let (time, _) = await timed { await pool.close() }
        #expect(time < .seconds(4))
        peer.goOn()
    }

    @Test func `the end comes with that of the last call, be it a deadline or a cancellation`() async throws {
        let peer = try EchoPeer()
        var configuration = peer.configuration
        configuration.commandTimeout = .seconds(60)
        let pool = try ConnectionPool(configuration)
        let call = Task { try await pool.execute(["STALL"]) }
        await peer.waitFor("STALL")
        let closing = Task { await timed { await pool.close() }.time }
        #expect(try await eventually { pool.hasWaiters })
        call.cancel()
        #expect(await closing.value < .seconds(4))
        peer.goOn()
    }

    @Test func `a health check is not waited for`() async throws {
        let checks = Counter()
        let peer = try RawPeer { client in
            try client.shakeHands()
            while true {
                let command = try client.command()[0]
                if command == "PING" { checks.add() } else { try client.send("+\(command)\r\n") }
            }
        }
        var configuration = peer.configuration
        configuration.healthCheckInterval = .milliseconds(10)
        let pool = try ConnectionPool(configuration)
        #expect(try await pool.execute(["FIRST"]) == .simpleString("FIRST"))
        #expect(try await eventually { checks.count == 1 })
        let (time, _) = await timed { await pool.close() }
        #expect(time < .seconds(4))
    }

    @Test func `blocking code does not wait for a connection that nobody asked for`() async throws {
        let peer = try RawPeer { client in client.waitForEnd() }
        var configuration = peer.configuration
        configuration.pool.minConnections = 1
        let pool = try SyncConnectionPool(configuration)
        pool.maintainConnections()
        #expect(try await eventually { peer.connectionCount == 1 })
        let (time, _) = try await timed { try await onThread { pool.close() } }
        #expect(time < .seconds(4))
    }

    @Test func `what does not finish in time has an unknown outcome`() async throws {
        let peer = try EchoPeer()
        let pool = try ConnectionPool(peer.configuration)
        let call = Task { try await pool.execute(["STALL"]) }
        await peer.waitFor("STALL")
        let (time, _) = await timed { await pool.close() }
        #expect(time >= .seconds(5) && time < busyMachine)
        await #expect(throws: RedisCallError.connectionLost(reason: "the pool was closed", .unknown)) {
            try await call.value
        }
        peer.goOn()
    }

    @Test func `blocking code does not wait for ever for what does not finish`() async throws {
        let peer = try EchoPeer()
        let pool = try SyncConnectionPool(peer.configuration)
        let call = Task { try await onThread { try pool.execute(["STALL"]) } }
        await peer.waitFor("STALL")
        let (time, _) = try await timed { try await onThread { pool.close() } }
        #expect(time >= .seconds(5) && time < busyMachine)
        peer.goOn()
        #expect(try await call.value == .simpleString("STALL"))
        #expect(pool.connectionCount == 0)
    }

    @Test(arguments: PoolKind.allCases)
    func `everybody who closes a pool returns when it is closed`(kind: PoolKind) async throws {
        let peer = try EchoPeer()
        let pool = try kind.open(peer.configuration)
        let call = Task { try await pool.exclusively([["STALL"]], nil) }
        await peer.waitFor("STALL")
        let closing = (0..<3).map { _ in
            Task {
                await pool.close()
                return await pool.connectionCount()
            }
        }
        // A first one closes it already.
        #expect(try await eventually { await (try? pool.execute(["LATE"])) == nil })
        let second = Task {
            await pool.close()
            return await pool.connectionCount()
        }
        peer.goOn()
        #expect(try await call.value == [.simpleString("STALL")])
        for task in closing + [second] { #expect(await task.value == 0) }
        // A blocking pool's last connection is closed by the thread whose call it served, in the next moment.
        #expect(try await eventually { try Descriptors.connected(toPort: peer.port) == 0 })
    }

    @Test(arguments: PollerKind.allCases)
    func `a closed pool has no descriptors of its own, though somebody holds it`(kind: PollerKind) async throws {
        let configuration = try await SharedServer.value.configuration
        weak var poller: AnyObject?
        let pools = try {
            let own = try kind.make()
            poller = own as AnyObject
            return (
                ConnectionPool(configuration, reactor: Reactor(poller: own)),
                ConnectionPool(configuration, reactor: Reactor(poller: try kind.make()))
            )
        }()
        _ = try await pools.0.execute(["PING"])
        #expect(poller != nil)
        await pools.0.close()
        // Its descriptors are closed with it.
        #expect(poller == nil)
        // Its executor goes on to run tasks, elsewhere.
        let sum = await Task(executorPreference: pools.0.taskExecutor) { 1 + 1 }.value
        #expect(sum == 2)
        await pools.1.close()
        await #expect(throws: RedisCallError.closed) { try await pools.1.execute(["PING"]) }
    }

    @Test func `an timer for somebody who waited does not cut the end short`() async throws {
        let peer = try EchoPeer()
        var configuration = peer.configuration
        configuration.pool.maxInFlight = 1
        configuration.pool.maxConnections = 1
        configuration.pool.acquireTimeout = .milliseconds(1_500)
        let pool = try ConnectionPool(configuration)
        let call = Task { try await pool.execute(["STALL"]) }
        await peer.waitFor("STALL")
        let waiting = Task { try await pool.execute(["WAITING"]) }
        #expect(try await eventually { pool.hasWaiters })
        let closing = Task { await pool.close() }
        await #expect(throws: RedisCallError.closed) { try await waiting.value }
        // The timer that was set for it rings now.
        try await Task.sleep(for: .milliseconds(1_700))
        peer.goOn()
        #expect(try await call.value == .simpleString("STALL"))
        await closing.value
    }

    @Test(arguments: PoolKind.allCases)
    func `a pool that connects can be closed, and the connection does not stay`(kind: PoolKind) async throws {
        let gate = DispatchSemaphore(value: 0)
        let peer = try RawPeer { client in
            gate.wait()
            try client.shakeHands()
            while true { try client.send("+\(client.command()[0])\r\n") }
        }
        let pool = try kind.open(peer.configuration)
        let call = Task { try await pool.execute(["PING"]) }
        #expect(try await eventually { peer.connectionCount == 1 })
        if kind == .async {
            await pool.close()
            await #expect(throws: RedisCallError.closed) { try await call.value }
            gate.signal()
        } else {
            // Blocking code connects by itself, as part of the call that goes on.
            let closing = Task { await pool.close() }
            gate.signal()
            #expect(try await call.value == .simpleString("PING"))
            await closing.value
        }
        #expect(try await eventually { try Descriptors.connected(toPort: peer.port) == 0 })
    }
}
