import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// What a caller does who has a connection to itself, and what becomes of that.
@Suite(.timeLimit(.minutes(5))) struct ExclusiveLeaseTests {
    /// The shared server, with a name for the connections, which is also good for keys.
    private func named() async throws -> (configuration: RedisClientConfiguration, name: String) {
        var configuration = try await SharedServer.value.configuration
        let name = UUID().uuidString
        configuration.clientName = name
        return (configuration, name)
    }

    private func pool(_ kind: PoolKind) async throws -> (pool: AnyPool, name: String) {
        let (configuration, name) = try await named()
        return (try kind.open(configuration), name)
    }

    private func ids(named name: String, running command: String? = nil) async throws -> Set<String> {
        try await ClientList(of: SharedServer.value).ids(named: name, running: command)
    }

    @Test(arguments: PoolKind.allCases)
    func `a transaction on a lease is one connection's`(kind: PoolKind) async throws {
        let (pool, key) = try await pool(kind)
        let commands: [RESPCommand] = [["WATCH", .string(key)], ["MULTI"], ["INCR", .string(key)], ["EXEC"]]
        #expect(
            try await pool.exclusively(commands, nil) == [
                .simpleString("OK"), .simpleString("OK"), .simpleString("QUEUED"), .array([.integer(1)]),
            ])
    }

    @Test func `a watched key that somebody changes aborts the transaction`() async throws {
        let pool = try ConnectionPool(try await SharedServer.value.configuration)
        let key = RESPArgument.string(UUID().uuidString)
        let reply = try await pool.withConnection { connection in
            _ = try await connection.execute(["WATCH", key])
            _ = try await pool.execute(["SET", key, "theirs"])
            _ = try await connection.execute(["MULTI"])
            _ = try await connection.execute(["SET", key, "mine"])
            return try await connection.execute(["EXEC"])
        }
        #expect(reply == .null)
        #expect(try await pool.execute(["GET", key]) == .bulk("theirs"))
    }

    @Test func `a watched key that somebody changes aborts the transaction of blocking code`() async throws {
        let pool = try SyncConnectionPool(try await SharedServer.value.configuration)
        let key = RESPArgument.string(UUID().uuidString)
        let replies = try await onThread {
            let reply = try pool.withConnection { connection in
                _ = try connection.execute(["WATCH", key])
                _ = try pool.execute(["SET", key, "theirs"])
                _ = try connection.execute(["MULTI"])
                _ = try connection.execute(["SET", key, "mine"])
                return try connection.execute(["EXEC"])
            }
            return [reply, try pool.execute(["GET", key])]
        }
        #expect(replies == [.null, .bulk("theirs")])
    }

    @Test(arguments: PoolKind.allCases)
    func `a command may wait for others, longer than a command may take`(kind: PoolKind) async throws {
        var configuration = try await SharedServer.value.configuration
        configuration.commandTimeout = .milliseconds(500)
        let pool = try kind.open(configuration)
        try await pool.warmUp()
        let queue = RESPArgument.string(UUID().uuidString)
        async let popped = pool.exclusively([["BLPOP", queue, 0]], .seconds(30))
        try await Task.sleep(for: .milliseconds(800))
        configuration.commandTimeout = .seconds(5)
        _ = try await kind.open(configuration).execute(["LPUSH", queue, "job"])
        guard case .array(let reply)? = try await popped.first else {
            Issue.record("no array")
            return
        }
        #expect(reply.last == .bulk("job"))
    }

    // MARK: - What is left behind

    @Test(
        arguments: PoolKind.allCases,
        [
            [["PING"]], [["MULTI"], ["DISCARD"]], [["WATCH", "w"], ["UNWATCH"]], [["MULTI"], ["PING"], ["EXEC"]],
        ] as [[RESPCommand]])
    func `a connection with nothing left in it is kept`(kind: PoolKind, commands: [RESPCommand]) async throws {
        let (pool, name) = try await pool(kind)
        _ = try await pool.execute(["PING"])
        let before = try await ids(named: name)
        _ = try await pool.exclusively(commands, nil)
        _ = try await pool.execute(["PING"])
        #expect(before.count == 1)
        #expect(try await ids(named: name) == before)
    }

    @Test(
        arguments: PoolKind.allCases,
        [
            [["SELECT", 1]], [["MULTI"]], [["MULTI"], ["SET", "never", 1]], [["WATCH", "w"]], [["CLIENT", "ID"]],
            [["RESET"]], [["MULTI"], ["EXEC"], ["WATCH", "w"]],
        ] as [[RESPCommand]])
    func `a connection with something left in it is closed`(kind: PoolKind, commands: [RESPCommand]) async throws {
        let (pool, name) = try await pool(kind)
        _ = try await pool.execute(["PING"])
        let before = try await ids(named: name)
        _ = try await pool.exclusively(commands, nil)
        // In the first database, and in no transaction.
        #expect(try await pool.execute(["SET", .string(name), 1]) == .simpleString("OK"))
        #expect(try await eventually { try await ids(named: name).count == 1 })
        #expect(try await ids(named: name).isDisjoint(with: before))
    }

    @Test(arguments: PoolKind.allCases)
    func `a call that times out closes the connection`(kind: PoolKind) async throws {
        let (pool, name) = try await pool(kind)
        await #expect(throws: RedisCallError.timedOut(.unknown)) {
            try await pool.exclusively([["BLPOP", .string(name), 0]], .milliseconds(50))
        }
        #expect(try await eventually { try await ids(named: name).isEmpty })
        // The pop went with its connection, and takes nothing of what comes now.
        _ = try await pool.execute(["LPUSH", .string(name), "job"])
        #expect(try await pool.execute(["LPOP", .string(name)]) == .bulk("job"))
    }

    @Test func `a call that is cancelled closes the connection`() async throws {
        let (pool, name) = try await pool(.async)
        let task = Task { try await pool.exclusively([["BLPOP", .string(name), 0]], .seconds(30)) }
        #expect(try await eventually { try await ids(named: name).count == 1 })
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await eventually { try await ids(named: name).isEmpty })
        #expect(try await eventually { await pool.connectionCount() == 0 })
    }

    @Test(arguments: PoolKind.allCases)
    func `an error reply closes nothing, and is the caller's`(kind: PoolKind) async throws {
        let (pool, name) = try await pool(kind)
        _ = try await pool.execute(["LPUSH", .string(name), 1])
        let before = try await ids(named: name)
        let error = await #expect(throws: RedisCallError.self) {
            try await pool.exclusively([["GET", .string(name)]], nil)
        }
        #expect(error?.serverCode == "WRONGTYPE")
        #expect(try await ids(named: name) == before)
    }

    // MARK: - Its end

    @Test func `a lease that is over sends nothing`() async throws {
        let pool = try ConnectionPool(try await SharedServer.value.configuration)
        let kept = try await pool.withConnection { $0 }
        let error = await #expect(throws: RedisCallError.self) { try await kept.execute(["MULTI"]) }
        #expect(error?.outcome == .notExecuted)
        #expect(try await pool.execute(["PING"]) == .simpleString("PONG"))
    }

    @Test func `a call that outlives its lease fails, and takes the connection with it`() async throws {
        let (configuration, name) = try await named()
        let pool = try ConnectionPool(configuration)
        let call = try await pool.withConnection { connection in
            let call = Task { try await connection.execute(["BLPOP", .string(name), 0], timeout: nil) }
            let isThere = try await eventually { try await ids(named: name, running: "blpop").count == 1 }
            #expect(isThere)
            return call
        }
        let error = await #expect(throws: RedisCallError.self) { try await call.value }
        #expect(error?.outcome == .unknown)
        #expect(try await pool.execute(["PING"]) == .simpleString("PONG"))
        #expect(try await eventually { try await ids(named: name).count == 1 })
    }

    @Test func `what the closure throws is thrown, and the lease is over`() async throws {
        struct Failure: Error {}
        var configuration = try await named().configuration
        configuration.pool.maxConnections = 1
        let pool = try ConnectionPool(configuration)
        await #expect(throws: Failure.self) { try await pool.withConnection { _ in throw Failure() } }
        #expect(try await pool.execute(["PING"]) == .simpleString("PONG"))
        #expect(await pool.connectionCount == 1)
        let blocking = try SyncConnectionPool(configuration)
        try await onThread {
            #expect(throws: Failure.self) { try blocking.withConnection { _ in throw Failure() } }
            let pong = try blocking.execute(["PING"])
            #expect(pong == .simpleString("PONG"))
        }
        #expect(blocking.connectionCount == 1)
    }
}
