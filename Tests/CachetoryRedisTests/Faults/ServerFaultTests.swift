import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// A real server that is away, goes and comes back.
@Suite(.timeLimit(.minutes(5))) struct ServerFaultTests {
    // MARK: - Nobody there

    @Test(arguments: PoolKind.allCases, [false, true])
    func `where nobody listens a call fails soon, and the next ones at once`(
        kind: PoolKind, isUnix: Bool
    ) async throws {
        let port = try LocalPort.findFree()
        let address: RedisClientConfiguration.Address =
            isUnix ? .unixSocket(path: "/nonexistent/redis.sock") : .tcp(host: "127.0.0.1", port: port)
        let pool = try kind.open(RedisClientConfiguration(address: address).patient)
        let (first, error) = await timed {
            await #expect(throws: RedisCallError.self) { try await pool.execute(["INCR", "n"]) }
        }
        guard case .connectFailed(address.description, let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason == (isUnix ? "No such file or directory" : "Connection refused"))
        #expect(first >= .milliseconds(500) && first < busyMachine, "\(first)")
        let (rest, _) = await timed {
            for _ in 0..<100 {
                await #expect(throws: RedisCallError.self) { try await pool.execute(["INCR", "n"]) }
            }
        }
        #expect(rest < busyMachine, "\(rest)")
    }

    @Test(arguments: PoolKind.allCases)
    func `a call that ends at its deadline where nobody listens has the reason`(kind: PoolKind) async throws {
        var configuration = RedisClientConfiguration(address: .tcp(host: "127.0.0.1", port: try LocalPort.findFree()))
        configuration.commandTimeout = .milliseconds(900)
        let pool = try kind.open(configuration)
        let error = await #expect(throws: RedisCallError.self) { try await pool.execute(["INCR", "n"]) }
        guard case .connectFailed? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `many callers of a server that is away all fail, with few attempts`(kind: PoolKind) async throws {
        // It accepts and closes, so that attempts can be counted.
        let peer = try RawPeer { _ in }
        let pool = try kind.open(peer.configuration)
        let failures = Counter()
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<200 {
                group.addTask {
                    do { _ = try await pool.execute(["INCR", "n"]) } catch is RedisCallError { failures.add() }
                }
            }
        }
        #expect(failures.count == 200)
        // With pauses of 75 ms on average, and up to eight threads of blocking callers at it.
        #expect(peer.connectionCount < 400)
    }

    // MARK: - It goes

    @Test(arguments: PoolKind.allCases)
    func `a server that was killed and started again is found again`(kind: PoolKind) async throws {
        try await withServer { server in
            let pool = try kind.open(server.configuration)
            _ = try await pool.execute(["SET", "k", "v"])
            try await onThread { try server.restart() }
            // Its connections broke while they were idle: nothing was sent on them that could be lost.
            #expect(try await pool.execute(["SET", "k", "w"]) == .simpleString("OK"))
            #expect(try await pool.execute(.reading("GET", "k")) == .bulk("w"))
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `a call waits for a server that comes back soon`(kind: PoolKind) async throws {
        try await withServer { server in
            // Calls wait for a second. On a busy machine a server takes longer to start, and then it has to be tried again.
            let wasSoon = try await eventually(within: busyMachine * 3) {
                let pool = try kind.open(server.configuration)
                _ = try await pool.execute(["SET", "k", "v"])
                server.kill()
                switch kind {
                case .async: #expect(try await eventually { await pool.connectionCount() == 0 })
                case .sync: try await Task.sleep(for: SyncConnectionPool.trustedIdleTime)
                }
                let call = Task { try await pool.execute(["SET", "k", "w"]) }
                let (time, _) = try await timed { try await onThread { try server.restart() } }
                let reply = await call.result
                guard time < .milliseconds(600) else { return false }
                #expect(try reply.get() == .simpleString("OK"))
                return true
            }
            #expect(wasSoon)
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `after a long absence the first call finds the server`(kind: PoolKind) async throws {
        try await withServer { server in
            let pool = try kind.open(server.configuration)
            _ = try await pool.execute(["PING"])
            server.kill()
            for _ in 0..<3 { await #expect(throws: RedisCallError.self) { try await pool.execute(["PING"]) } }
            try await onThread { try server.restart() }
            // Attempts go on by themselves, so the caller need not wait for one.
            #expect(try await eventually { await pool.connectionCount() == 1 })
            #expect(try await pool.execute(["PING"]) == .simpleString("PONG"))
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `connections that the server kills while they are idle are not used`(kind: PoolKind) async throws {
        try await withServer { server in
            let pool = try kind.open(server.configuration)
            let admin = try ConnectionPool(server.unixConfiguration)
            for number in 1...20 {
                #expect(try await pool.execute(["INCR", "n"]) == .integer(Int64(number)))
                _ = try await admin.withConnection { try await $0.execute(["CLIENT", "KILL", "SKIPME", "yes"]) }
                switch kind {
                case .async: #expect(try await eventually { await pool.connectionCount() == 0 })
                case .sync: try await Task.sleep(for: SyncConnectionPool.trustedIdleTime)
                }
            }
        }
    }

    @Test func `an idle connection that the server closes leaves the pool at once`() async throws {
        try await withServer { server in
            let pool = try ConnectionPool(server.configuration)
            _ = try await pool.execute(["PING"])
            #expect(try Descriptors.connected(toPort: server.port) == 1)
            server.kill()
            #expect(try await eventually { await pool.connectionCount == 0 })
            #expect(try await eventually { try Descriptors.connected(toPort: server.port) == 0 })
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `a write that a crash cut short says that it may have been executed`(kind: PoolKind) async throws {
        try await withServer { server in
            let pool = try kind.open(server.configuration)
            _ = try await pool.execute(["PING"])
            server.suspend()
            let call = Task { try await pool.execute(["INCR", "n"]) }
            // The bytes have left once the server's end has them, which only the kernel knows.
            try await Task.sleep(for: .seconds(2))
            server.kill()
            let error = await #expect(throws: RedisCallError.self) { try await call.value }
            #expect(error?.outcome == .unknown)
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `while the server loads, calls wait for it`(kind: PoolKind) async throws {
        let refusals = Counter()
        let peer = try RawPeer { client in
            try client.shakeHands()
            while true {
                let name = try client.command()[0]
                refusals.add()
                try client.send(refusals.count <= 3 ? "-LOADING Redis is loading the dataset\r\n" : "+\(name)\r\n")
            }
        }
        let pool = try kind.open(peer.configuration)
        #expect(try await pool.execute(["INCR", "n"]) == .simpleString("INCR"))
        #expect(peer.connectionCount == 1)
    }
}
