import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Dispatch
import Testing

/// Attempts to connect that hang in code which knows no deadline.
@Suite(.timeLimit(.minutes(2))) struct HungConnectTests {
    private static let login = RedisClientConfiguration.Login(password: "secret")

    private func hasty(_ configuration: RedisClientConfiguration) -> RedisClientConfiguration {
        var hasty = configuration
        hasty.connectTimeout = .milliseconds(300)
        hasty.commandTimeout = .milliseconds(300)
        return hasty
    }

    @Test(arguments: PoolKind.allCases)
    func `a name that is not resolved in time costs a call its own time, and the pool nothing`(
        kind: PoolKind
    ) async throws {
        let (gate, lookups) = (DispatchSemaphore(value: 0), Counter())
        var configuration = hasty(try await SharedServer.value.configuration)
        guard case .tcp(_, let port) = configuration.address else { return }
        configuration.address = .tcp(host: "redis.example", port: port)
        configuration.resolver = HostResolver { _, port throws(ResolutionError) in
            lookups.add()
            if lookups.count == 1 { gate.wait() }
            return try SocketAddress.resolve(host: "127.0.0.1", port: port)
        }
        let pool = try kind.open(configuration)
        let (time, error) = await timed {
            await #expect(throws: RedisCallError.self) { try await pool.execute(["PING"]) }
        }
        #expect(time < busyMachine)
        guard case .connectFailed? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        // The first lookup has not come back yet.
        let reply = try await eventuallyValue { try? await pool.execute(["PING"]) }
        #expect(reply == .simpleString("PONG"))
        await pool.close()
        gate.signal()
    }

    @Test func `an attempt that hangs elsewhere counts as failed at its deadline`() async throws {
        let (gate, logins) = (DispatchSemaphore(value: 0), Counter())
        let peer = try RawPeer { client in
            try client.shakeHands()
            while true { try client.send("+\(client.command()[0])\r\n") }
        }
        var configuration = hasty(peer.configuration)
        configuration.credentials = .init {
            logins.add()
            if logins.count == 1 { gate.wait() }
            return Self.login
        }
        let pool = try ConnectionPool(configuration)
        await #expect(throws: RedisCallError.self) { try await pool.execute(["PING"]) }
        let reply = try await eventuallyValue { try? await pool.execute(["PING"]) }
        #expect(reply == .simpleString("PING"))
        // It comes back in the end, and nobody needs it any more.
        gate.signal()
        #expect(try await eventually { logins.count >= 2 })
        #expect(try await eventuallyValue { try? await pool.execute(["PING"]) } == .simpleString("PING"))
        #expect(try await eventually { await pool.connectionCount == 1 })
        await pool.close()
    }

    @Test func `how many threads hang is bounded, and then calls fail at once and say so`() async throws {
        let (gate, logins) = (DispatchSemaphore(value: 0), Counter())
        var configuration = hasty(try await SharedServer.value.configuration)
        configuration.credentials = .init {
            logins.add()
            gate.wait()
            return Self.login
        }
        configuration.connectTimeout = .milliseconds(50)
        let pool = try ConnectionPool(configuration)
        let isToldWhy = try await eventually {
            do {
                _ = try await pool.execute(["PING"])
                return false
            } catch RedisCallError.connectFailed(_, let reason) {
                return reason.hasPrefix("4 earlier attempts hang beyond their deadline")
            } catch {
                return false
            }
        }
        #expect(isToldWhy)
        for _ in 0..<100 { await #expect(throws: RedisCallError.self) { try await pool.execute(["PING"]) } }
        #expect(logins.count == ConnectAttempts.stuckLimit)
        await pool.close()
        for _ in 0..<logins.count { gate.signal() }
    }

    @Test func `a pool is closed while an attempt hangs`() async throws {
        let gate = DispatchSemaphore(value: 0)
        var configuration = try await SharedServer.value.configuration.patient
        let logins = Counter()
        configuration.credentials = .init {
            logins.add()
            gate.wait()
            return Self.login
        }
        let pool = try ConnectionPool(configuration)
        let call = Task { try await pool.execute(["PING"]) }
        #expect(try await eventually { logins.count == 1 })
        await pool.close()
        await #expect(throws: RedisCallError.closed) { try await call.value }
        gate.signal()
    }
}
