import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// What pools do for connections that nobody uses, with a real server.
@Suite(.timeLimit(.minutes(5))) struct MaintenanceTests {
    /// Opens several connections at once, by having each of them wait in a blocking command.
    private func open(_ count: Int, _ pool: AnyPool) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<count {
                group.addTask { _ = try await pool.exclusively([["BLPOP", "nothing", "0.2"]], .seconds(100)) }
            }
        }
    }

    private func configuration(
        _ server: LocalRedisServer, _ change: (inout RedisClientConfiguration) -> Void
    ) -> RedisClientConfiguration {
        var configuration = server.configuration.patient
        configuration.clientName = "maintenance"
        change(&configuration)
        return configuration
    }

    @Test(arguments: PoolKind.allCases)
    func `idle connections are closed, down to the minimum`(kind: PoolKind) async throws {
        try await withServer { server in
            let pool = try kind.open(
                configuration(server) {
                    $0.pool.idleTimeout = .milliseconds(300)
                    $0.pool.minConnections = 1
                })
            try await open(4, pool)
            #expect(try await eventually { await pool.connectionCount() == 1 })
            #expect(try await eventually { try await ClientList(of: server).ids(named: "maintenance").count == 1 })
            #expect(try await pool.execute(["PING"]) == .simpleString("PONG"))
            await pool.close()
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `the minimum is there before the first call, and again after the server has closed it`(
        kind: PoolKind
    ) async throws {
        try await withServer { server in
            let pool = try kind.open(configuration(server) { $0.pool.minConnections = 3 })
            #expect(try await eventually { await pool.connectionCount() == 3 })
            let before = try await ClientList(of: server).ids(named: "maintenance")
            #expect(before.count == 3)
            if kind == .async {
                let admin = try ConnectionPool(server.unixConfiguration)
                _ = try await admin.withConnection { try await $0.execute(["CLIENT", "KILL", "SKIPME", "yes"]) }
                #expect(
                    try await eventually {
                        let after = try await ClientList(of: server).ids(named: "maintenance")
                        return after.count == 3 && after.isDisjoint(with: before)
                    })
            }
            await pool.close()
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `a pool with a minimum waits for a server that is not there yet`(kind: PoolKind) async throws {
        try await withServer { server in
            server.kill()
            let pool = try kind.open(configuration(server) { $0.pool.minConnections = 2 })
            try await Task.sleep(for: .milliseconds(100))
            #expect(await pool.connectionCount() == 0)
            try await onThread { try server.restart() }
            #expect(try await eventually { await pool.connectionCount() == 2 })
            await pool.close()
        }
    }

    @Test func `a blocking pool that opens its minimum holds up no thread but its own`() async throws {
        let welcome = DispatchSemaphore(value: 0)
        let peer = try RawPeer { client in
            welcome.wait()
            try client.shakeHands()
            client.waitForEnd()
        }
        var configuration = peer.configuration
        configuration.pool.minConnections = 2
        configuration.pool.maxConnections = 2
        let pool = try SyncConnectionPool(configuration)
        #expect(try await eventually { peer.connectionCount == 1 })
        // As its timer does, on one of Dispatch's few threads, again and again: it must not wait for that peer.
        let (time, _) = try await timed { try await onThread { for _ in 0..<10 { pool.maintainConnections() } } }
        #expect(time < busyMachine)
        // There is one thread that connects, however often it is looked after.
        #expect(peer.connectionCount == 1)
        #expect(pool.connectionCount == 0)
        for _ in 0..<2 { welcome.signal() }
        #expect(try await eventually { pool.connectionCount == 2 })
        #expect(peer.connectionCount == 2)
        pool.close()
    }

    @Test(arguments: PoolKind.allCases)
    func `a connection is replaced when it is too old, and no call fails for it`(kind: PoolKind) async throws {
        try await withServer { server in
            let pool = try kind.open(
                configuration(server) {
                    $0.pool.maxLifetime = .milliseconds(100)
                    $0.pool.maxConnections = 2
                })
            #expect(try await pool.execute(["PING"]) == .simpleString("PONG"))
            let before = try await ClientList(of: server).ids(named: "maintenance")
            let isReplaced = try await eventually {
                #expect(try await pool.execute(["PING"]) == .simpleString("PONG"))
                let now = try await ClientList(of: server).ids(named: "maintenance")
                return !now.isEmpty && now.isDisjoint(with: before)
            }
            #expect(isReplaced)
            #expect(await pool.connectionCount() <= 2)
            await pool.close()
        }
    }

    /// The first connection answers one command and nothing after it, as one whose network went away.
    private func halfOpenPeer() throws -> RawPeer {
        let connections = Counter()
        return try RawPeer { client in
            connections.add()
            let isFirst = connections.count == 1
            try client.shakeHands()
            let first = try client.command()
            try client.send("+\(first.joined(separator: " "))\r\n")
            if isFirst { return client.waitForEnd() }
            while true {
                let words = try client.command()
                try client.send("+\(words.joined(separator: " "))\r\n")
            }
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `a connection that went away in silence is found before it costs a call`(kind: PoolKind) async throws {
        let peer = try halfOpenPeer()
        var configuration = peer.configuration
        configuration.commandTimeout = .seconds(2)
        configuration.healthCheckInterval = .milliseconds(20)
        let pool = try kind.open(configuration)
        #expect(try await pool.execute(["FIRST"]) == .simpleString("FIRST"))
        try await Task.sleep(for: .milliseconds(500))
        // A command that is not sent again, so that its only connection was a good one.
        #expect(try await pool.execute(["APPEND", "k", "v"]) == .simpleString("APPEND k v"))
        #expect(peer.connectionCount == 2)
        await pool.close()
    }

    // MARK: - Timeouts

    @Test(arguments: PoolKind.allCases)
    func `a command that timed out is sent once more where that was asked for`(kind: PoolKind) async throws {
        let peer = try halfOpenPeer()
        var configuration = peer.configuration
        configuration.commandTimeout = .seconds(2)
        configuration.retryOnTimeout = true
        let pool = try kind.open(configuration)
        #expect(try await pool.execute(["FIRST"]) == .simpleString("FIRST"))
        #expect(try await pool.execute(["SET", "k", "v"]) == .simpleString("SET k v"))
        #expect(peer.connectionCount == 2)
        await pool.close()
    }

    @Test(arguments: PoolKind.allCases)
    func `it is sent once alone by default, and twice at most`(kind: PoolKind) async throws {
        for (repeats, sent) in [(false, 1), (true, 2)] {
            let commands = Counter()
            let peer = try RawPeer { client in
                try client.shakeHands()
                while true {
                    if try client.command()[0] == "SET" { commands.add() } else { try client.send("+PONG\r\n") }
                }
            }
            var configuration = peer.configuration
            configuration.commandTimeout = .seconds(1)
            configuration.retryOnTimeout = repeats
            let pool = try kind.open(configuration)
            try await pool.warmUp()
            await #expect(throws: RedisCallError.timedOut(.unknown)) { try await pool.execute(["SET", "k", "v"]) }
            #expect(commands.count == sent)
            await pool.close()
        }
    }

    @Test func `who waits while the only connection is replaced gets the new one`() async throws {
        let peer = try EchoPeer()
        var configuration = peer.configuration
        configuration.pool.maxConnections = 1
        configuration.pool.maxInFlight = 1
        configuration.pool.maxLifetime = .milliseconds(100)
        let pool = try ConnectionPool(configuration)
        async let stalled = pool.execute(["STALL"])
        #expect(try await eventually { pool.isReplacing })
        async let waiting = pool.execute(["WAITING"])
        #expect(try await eventually { await pool.waiterCount == 1 })
        peer.goOn()
        let replies = try await [stalled, waiting]
        #expect(replies == [.simpleString("STALL"), .simpleString("WAITING")])
        #expect(peer.connectionCount >= 2)
        await pool.close()
    }
}
