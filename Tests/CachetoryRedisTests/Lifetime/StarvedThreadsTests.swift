import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Testing

/// What a pool does for itself while other tasks fill all threads that tasks have by default, for callers elsewhere.
@Suite(.timeLimit(.minutes(5)), .serialized) struct StarvedThreadsTests {
    @Test func `a pool connects, serves and closes`() async throws {
        let configuration = try await SharedServer.value.configuration.patient
        try await fillingAllThreads {
            let pool = try ConnectionPool(configuration)
            #expect(try await pool.execute(["PING"]) == .simpleString("PONG"))
            let reply = try await pool.withConnection { try await $0.execute(["ECHO", "alone"]) }
            #expect(reply == .bulk("alone"))
            await pool.close()
            await #expect(throws: RedisCallError.closed) { try await pool.execute(["PING"]) }
        }
    }

    @Test func `callers of a silent server get their deadline`() async throws {
        let peer = try RawPeer { $0.waitForEnd() }
        var configuration = peer.configuration
        configuration.commandTimeout = .milliseconds(300)
        try await fillingAllThreads { [configuration] in
            let pool = try ConnectionPool(configuration)
            await #expect(throws: RedisCallError.self) { try await pool.execute(["PING"]) }
            await pool.close()
        }
    }

    @Test func `those who wait for a connection are told when their time is over`() async throws {
        let peer = try EchoPeer()
        var configuration = peer.configuration
        configuration.pool.maxConnections = 1
        configuration.pool.maxInFlight = 1
        configuration.pool.acquireTimeout = .seconds(2)
        try await fillingAllThreads { [configuration] in
            let pool = try ConnectionPool(configuration)
            async let stalled = pool.execute(["STALL"])
            await peer.waitFor("STALL")
            for _ in 0..<3 {
                let error = await #expect(throws: RedisCallError.self) { try await pool.execute(["WAITING"]) }
                guard case .poolExhausted? = error else {
                    Issue.record("\(String(describing: error))")
                    break
                }
            }
            // Served by what the reply sets free.
            async let next = pool.execute(["NEXT"])
            peer.goOn()
            #expect(try await stalled == .simpleString("STALL"))
            #expect(try await next == .simpleString("NEXT"))
            await pool.close()
        }
    }

    @Test func `a connection that broke is replaced, and idle ones are checked`() async throws {
        let peer = try RawPeer { client in
            try client.shakeHands()
            while true {
                let name = try client.command()[0]
                try client.send("+\(name)\r\n")
                if name == "LAST" { return }
            }
        }
        var configuration = peer.configuration
        configuration.pool.minConnections = 2
        configuration.healthCheckInterval = .milliseconds(20)
        try await fillingAllThreads { [configuration] in
            let pool = try ConnectionPool(configuration)
            #expect(try await pool.execute(["LAST"]) == .simpleString("LAST"))
            // Not with a pause of a task's, which would end on one of those threads.
            let limit = ContinuousClock.now + busyMachine
            while peer.connectionCount < 3, ContinuousClock.now < limit { await Task.yield() }
            #expect(peer.connectionCount >= 3)
            #expect(try await pool.execute(["PING"]) == .simpleString("PING"))
            await pool.close()
        }
    }

    @Test func `a pause before a command is sent again ends`() async throws {
        let commands = Counter()
        let peer = try RawPeer { client in
            try client.shakeHands()
            while true {
                let name = try client.command()[0]
                commands.add()
                try client.send(commands.count <= 3 ? "-LOADING wait\r\n" : "+\(name)\r\n")
            }
        }
        try await fillingAllThreads {
            let pool = try ConnectionPool(peer.configuration)
            #expect(try await pool.execute(["INCR"]) == .simpleString("INCR"))
            await pool.close()
        }
        #expect(commands.count == 4)
    }
}
