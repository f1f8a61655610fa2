import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Testing

/// A server that takes connections and says nothing, asked by one call after the other.
@Suite(.timeLimit(.minutes(5))) struct HaltedServerTests {
    @Test(arguments: PoolKind.allCases)
    func `calls fail at once while it is halted, and are served when it is not`(kind: PoolKind) async throws {
        try await withServer { server in
            var configuration = server.configuration
            configuration.commandTimeout = .seconds(2)
            configuration.connectTimeout = .seconds(2)
            let pool = try kind.open(configuration)
            _ = try await eventuallyValue { try? await pool.execute(["PING"]) }
            server.suspend()
            // Those that find out about it take their time: one on the old connection, one or two on new ones.
            for _ in 0..<3 { await #expect(throws: RedisCallError.self) { try await pool.execute(["INCR", "n"]) } }
            let (time, _) = await timed {
                for _ in 0..<50 {
                    await #expect(throws: RedisCallError.self) { try await pool.execute(["INCR", "n"]) }
                }
            }
            #expect(time < busyMachine, "50 calls with 2 s each")
            server.resume()
            #expect(try await eventuallyValue { try? await pool.execute(["PING"]) } == .simpleString("PONG"))
            await pool.close()
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `while calls fail at once, a connection is made by itself as soon as that is possible`(
        kind: PoolKind
    ) async throws {
        let isBack = Switch()
        let peer = try RawPeer { client in
            guard isBack.isOn else { return }
            try client.shakeHands()
            while true { try client.send("+\(client.command()[0])\r\n") }
        }
        var configuration = peer.configuration
        configuration.connectTimeout = .seconds(5)
        let pool = try kind.open(configuration)
        // It ends when the patience has run out.
        await #expect(throws: RedisCallError.self) { try await pool.execute(["PING"]) }
        let attempts = peer.connectionCount
        #expect(try await eventually { peer.connectionCount > attempts + 2 })
        isBack.turnOn()
        #expect(try await eventually { await pool.connectionCount() == 1 })
        #expect(try await pool.execute(["PING"]) == .simpleString("PING"))
        await pool.close()
    }

    @Test(arguments: PoolKind.allCases)
    func `a pool that is closed makes no attempts`(kind: PoolKind) async throws {
        let peer = try RawPeer { _ in }
        let pool = try kind.open(peer.configuration)
        await #expect(throws: RedisCallError.self) { try await pool.execute(["PING"]) }
        await pool.close()
        // Some that were under way may come yet, and the peer be late to count them. A pool that goes on does so at least
        // once in each of these pauses.
        let isLeftAlone = try await eventually {
            let attempts = peer.connectionCount
            try await Task.sleep(for: ConnectCircuitBreaker.longestPause * 4)
            return peer.connectionCount == attempts
        }
        #expect(isLeftAlone)
    }
}
