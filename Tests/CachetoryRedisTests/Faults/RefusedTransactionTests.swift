import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// Servers that take no transactions, or say that they did something else than they were asked for.
@Suite(.timeLimit(.minutes(5))) struct RefusedTransactionTests {
    @Test(arguments: PoolKind.allCases)
    func `where MULTI is refused, nothing is executed`(kind: PoolKind) async throws {
        try await withServer { server in
            let configuration = try await server.user(
                "writer", "+@all", "-multi", "-exec", "-discard", configuration: server.configuration)
            let pool = try kind.open(configuration)
            for _ in 0..<3 {
                let error = await #expect(throws: RedisCallError.self) {
                    try await pool.transaction([["SET", "k", 1], ["INCR", "n"]])
                }
                #expect(error?.serverCode == "NOPERM")
            }
            #expect(try await pool.execute(["EXISTS", "k", "n"]) == .integer(0))
            // As soon as it is allowed.
            try await server.allow("writer", "+multi", "+exec")
            #expect(try await pool.transaction([["INCR", "n"]]) == [.integer(1)])
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `where MULTI is refused after it was accepted, the error says what became of it`(kind: PoolKind) async throws {
        try await withServer { server in
            var configuration = server.configuration
            configuration.pool.maxConnections = 1
            let pool = try kind.open(
                try await server.user("writer", "+@all", configuration: configuration))
            #expect(try await pool.transaction([["INCR", "n"]]) == [.integer(1)])
            try await server.allow("writer", "-multi", "-exec")
            let error = await #expect(throws: RedisCallError.self) { try await pool.transaction([["INCR", "n"]]) }
            guard case .notAtomic(let refusal)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(refusal.code == "NOPERM")
            #expect(error?.description.contains("executed one by one") == true)
            #expect(try await pool.text(["GET", "n"]) == "2")
            // From then on nothing is executed.
            let next = await #expect(throws: RedisCallError.self) { try await pool.transaction([["INCR", "n"]]) }
            #expect(next?.serverCode == "NOPERM")
            #expect(try await pool.text(["GET", "n"]) == "2")
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `only the first transaction on a connection takes a second round trip`(kind: PoolKind) async throws {
        let peer = try EchoPeer()
        var configuration = peer.configuration
        configuration.pool.maxConnections = 1
        let pool = try kind.open(configuration)
        for number in 0..<2 {
            #expect(try await pool.transaction([["N", .integer(number)]]) == [.simpleString("N \(number)")])
        }
        _ = try await pool.execute(["END"])
        var commands: [String] = []
        for await command in peer.commands {
            if command == "END" { break }
            commands.append(command)
        }
        #expect(commands == ["MULTI", "EXEC", "MULTI", "N 0", "EXEC", "MULTI", "N 1", "EXEC"])
    }

    @Test(arguments: PoolKind.allCases)
    func `a peer that hangs up at MULTI is not asked for long`(kind: PoolKind) async throws {
        let peer = try RawPeer { client in
            try client.shakeHands()
            while try client.command() != ["MULTI"] { try client.send("+OK\r\n") }
        }
        let pool = try kind.open(peer.configuration)
        let error = await #expect(throws: RedisCallError.self) { try await pool.transaction([["SET", "k", 1]]) }
        #expect(error?.outcome == .notExecuted)
        #expect(peer.connectionCount == 3)
        #expect(try await pool.execute(["SET", "k", 1]) == .simpleString("OK"))
    }

    // MARK: - Peers that lie

    @Test(
        arguments: PoolKind.allCases,
        ["*0\r\n", "*1\r\n+OK\r\n", "*3\r\n+OK\r\n+OK\r\n+OK\r\n", "+OK\r\n", ":2\r\n"].map(Input.init))
    func `a transaction never has more or fewer replies than commands`(kind: PoolKind, lie: Input) async throws {
        let peer = try RawPeer { client in
            try client.shakeHands()
            for reply in ["+OK\r\n", "*0\r\n", "+OK\r\n", "+QUEUED\r\n", "+QUEUED\r\n", lie.text] {
                _ = try client.command()
                try client.send(reply)
            }
            while true { try client.send("+\(client.command()[0])\r\n") }
        }
        var configuration = peer.configuration
        configuration.pool.maxConnections = 1
        let pool = try kind.open(configuration)
        let error = await #expect(throws: RedisCallError.self) {
            try await pool.transaction([["SET", "a", 1], ["SET", "b", 2]])
        }
        guard case .unexpectedReply(command: "EXEC", _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        // Not over that connection.
        let transaction = await #expect(throws: RedisCallError.self) { try await pool.transaction([["A"], ["B"]]) }
        #expect(transaction == error)
        #expect(peer.connectionCount == 2)
    }

    @Test(arguments: PoolKind.allCases)
    func `QUEUED is no value, and closes the connection`(kind: PoolKind) async throws {
        let peer = try RawPeer { client in
            try client.shakeHands()
            while true {
                _ = try client.command()
                try client.send("+QUEUED\r\n")
            }
        }
        let pool = try kind.open(peer.configuration)
        for command in [["GET", "k"], ["SET", "k", 1]] as [RESPCommand] {
            let error = RedisCallError.unexpectedReply(command: command.name ?? "", reply: "+QUEUED")
            await #expect(throws: error) { try await pool.execute(command) }
            await #expect(throws: error) { try await pool.pipeline([command, ["PING"]]) }
            await #expect(throws: error) { try await pool.exclusively([command], nil) }
        }
        #expect(peer.connectionCount == 6)
        // A script may say that.
        #expect(try await pool.execute(["EVAL", "", 0]) == .simpleString("QUEUED"))
    }
}

extension LocalRedisServer {
    /// Makes a user with these permissions, and says how to connect as that one.
    func user(
        _ name: String, _ permissions: RESPArgument..., configuration: RedisClientConfiguration
    ) async throws -> RedisClientConfiguration {
        var configuration = configuration
        configuration.credentials = .init(username: name, password: "secret")
        try await change(name, ["on", ">secret", "~*", "&*"] + permissions)
        return configuration
    }

    /// Changes the permissions of a user.
    func allow(_ name: String, _ permissions: RESPArgument...) async throws {
        try await change(name, permissions)
    }

    private func change(_ name: String, _ rules: [RESPArgument]) async throws {
        _ = try await PoolKind.async.execute(RESPCommand(["ACL", "SETUSER", .string(name)] + rules), configuration)
    }
}
