import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct CallTests {
    @Test(arguments: CallSetting.all)
    func `a command gets its reply`(setting: CallSetting) async throws {
        let (pool, key) = try await setting.open()
        #expect(try await pool.execute(["SET", .string(key), "value"]) == .simpleString("OK"))
        #expect(try await pool.execute(.reading("GET", .string(key))) == .bulk("value"))
        #expect(try await pool.execute(["INCRBY", .string(key + "n"), -7]) == .integer(-7))
        #expect(try await pool.execute(["GET", .string(key + "missing")]) == .null)
    }

    @Test(arguments: CallSetting.all)
    func `keys and values may have any bytes, and none`(setting: CallSetting) async throws {
        let all = Data((0...255).map { UInt8($0) }) + Data("\r\n$5\r\n\0".utf8)
        let (pool, prefix) = try await setting.open()
        for (key, value) in [(Data(prefix.utf8) + all, all), (Data(prefix.utf8), Data())] {
            #expect(try await pool.execute(["SET", .bytes(key), .bytes(value)]) == .simpleString("OK"))
            #expect(try await pool.execute(["GET", .bytes(key)]) == .bulkString(value))
        }
    }

    @Test(arguments: CallSetting.all)
    func `an error reply is thrown, and the connection goes on`(setting: CallSetting) async throws {
        let (pool, key) = try await setting.open()
        _ = try await pool.execute(["LPUSH", .string(key), 1])
        let error = await #expect(throws: RedisCallError.self) { try await pool.execute(["GET", .string(key)]) }
        #expect(error?.serverCode == "WRONGTYPE")
        #expect(error?.description.contains("WRONGTYPE Operation against a key") == true)
        #expect(try await pool.execute(["LLEN", .string(key)]) == .integer(1))
        #expect(await pool.connectionCount() == 1)
    }

    // MARK: - Several commands

    @Test(arguments: CallSetting.all)
    func `a pipeline gets all its replies in order, errors in their place`(setting: CallSetting) async throws {
        let (pool, key) = try await setting.open()
        let commands: [RESPCommand] = [
            ["SET", .string(key), 5], ["LPUSH", .string(key), 1], ["INCR", .string(key)], ["GET", .string(key)],
        ]
        let replies = try await pool.pipeline(commands)
        #expect(replies.map(\.errorCode) == [nil, "WRONGTYPE", nil, nil])
        #expect(replies[2...] == [.integer(6), .bulk("6")])
    }

    @Test(arguments: CallSetting.all)
    func `a pipeline may have one command, none, or very many`(setting: CallSetting) async throws {
        let (pool, key) = try await setting.open()
        #expect(try await pool.pipeline([]).isEmpty)
        #expect(try await pool.pipeline([["SET", .string(key), 1]]) == [.simpleString("OK")])
        let many = try await pool.pipeline((1...20_000).map { _ in ["INCR", .string(key)] })
        #expect(many == (2...20_001).map { RESPReply.integer($0) })
    }

    @Test(arguments: CallSetting.all)
    func `a transaction executes all its commands`(setting: CallSetting) async throws {
        let (pool, key) = try await setting.open()
        #expect(try await pool.transaction([]).isEmpty)
        let replies = try await pool.transaction([["SET", .string(key), 1], ["INCR", .string(key)]])
        #expect(replies == [.simpleString("OK"), .integer(2)])
    }

    @Test(arguments: CallSetting.all)
    func `a transaction with a command that the server refuses executes none`(setting: CallSetting) async throws {
        let (pool, key) = try await setting.open()
        let error = await #expect(throws: RedisCallError.self) {
            try await pool.transaction([["SET", .string(key), 1], ["NOSUCHCOMMAND"], ["INCR", .string(key)]])
        }
        // The reason and not the EXECABORT that follows from it.
        #expect(error?.serverCode == "ERR")
        #expect(error?.description.contains("NOSUCHCOMMAND") == true)
        #expect(try await pool.execute(["EXISTS", .string(key)]) == .integer(0))
    }

    @Test(arguments: CallSetting.all)
    func `a command that fails in a transaction undoes none of the others`(setting: CallSetting) async throws {
        let (pool, key) = try await setting.open()
        let replies = try await pool.transaction([
            ["SET", .string(key), "word"], ["INCR", .string(key)], ["APPEND", .string(key), "s"],
        ])
        #expect(replies.map(\.errorCode) == [nil, "ERR", nil])
        #expect(try await pool.text(["GET", .string(key)]) == "words")
    }

    // MARK: - What is not sent

    @Test(arguments: PoolKind.allCases)
    func `a command without a name is an error before anything is sent`(kind: PoolKind) async throws {
        let nowhere = RedisClientConfiguration(address: .unixSocket(path: "/nonexistent/redis.sock"))
        let pool = try kind.open(nowhere)
        await #expect(throws: RedisCallError.emptyCommand) { try await pool.execute([]) }
        await #expect(throws: RedisCallError.emptyCommand) { try await pool.pipeline([["PING"], []]) }
        await #expect(throws: RedisCallError.emptyCommand) { try await pool.transaction([[]]) }
    }

    @Test(arguments: PoolKind.allCases)
    func `a command that needs a connection to itself is not sent on a shared one`(kind: PoolKind) async throws {
        let nowhere = RedisClientConfiguration(address: .unixSocket(path: "/nonexistent/redis.sock"))
        let pool = try kind.open(nowhere)
        await #expect(throws: RedisCallError.needsExclusiveLease(command: "MULTI")) {
            try await pool.execute(["multi"])
        }
        await #expect(throws: RedisCallError.needsExclusiveLease(command: "BLPOP")) {
            try await pool.pipeline([["PING"], ["BLPOP", "q", 0]])
        }
        await #expect(throws: RedisCallError.needsExclusiveLease(command: "SELECT")) {
            try await pool.transaction([["SELECT", 1]])
        }
    }

    /// Without a server: it is not even asked for a connection, but on a lease.
    @Test(
        arguments: PoolKind.allCases,
        [
            (["SUBSCRIBE", "c"], "SUBSCRIBE"), (["psubscribe", "c*"], "PSUBSCRIBE"),
            (["SSUBSCRIBE", "c"], "SSUBSCRIBE"),
            (["UNSUBSCRIBE"], "UNSUBSCRIBE"), (["MONITOR"], "MONITOR"), (["PSYNC", "?", -1], "PSYNC"),
            (["CLIENT", "REPLY", "OFF"], "CLIENT REPLY OFF"), (["client", "reply", "skip"], "CLIENT REPLY SKIP"),
            (RESPCommand([.bytes(Data("monitor".utf8))]), "MONITOR"),
        ] as [(RESPCommand, String)])
    func `what takes its replies from a connection is refused at once`(
        kind: PoolKind, _ refused: (command: RESPCommand, name: String)
    ) async throws {
        let command = refused.command
        let error = RedisCallError.unsupportedCommand(command: refused.name)
        #expect(error.description.hasPrefix("\(refused.name) is not supported: "))
        let nowhere = RedisClientConfiguration(address: .unixSocket(path: "/nonexistent/redis.sock"))
        let closed = try kind.open(nowhere)
        await #expect(throws: error) { try await closed.execute(command) }
        await #expect(throws: error) { try await closed.pipeline([["PING"], command]) }
        await #expect(throws: error) { try await closed.transaction([command]) }
        let pool = try kind.open(try await SharedServer.value.configuration)
        await #expect(throws: error) { try await pool.exclusively([command], nil) }
        await #expect(throws: error) { try await pool.exclusively([["MULTI"], command], nil) }
        #expect(try await pool.exclusively([["CLIENT", "REPLY", "ON"]], nil) == [.simpleString("OK")])
    }
}
