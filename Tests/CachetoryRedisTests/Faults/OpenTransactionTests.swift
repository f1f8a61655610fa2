import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// Transactions that were not ended, for the server refused it: nobody else may get into them.
@Suite(.timeLimit(.minutes(5))) struct OpenTransactionTests {
    private static let ok = RESPReply.simpleString("OK")

    private func configuration(of server: LocalRedisServer) -> RedisClientConfiguration {
        var configuration = server.configuration
        configuration.pool.maxConnections = 1
        return configuration
    }

    /// What the next caller does, and gets.
    private func check(_ pool: AnyPool, location: SourceLocation = #_sourceLocation) async throws {
        let key = RESPArgument.string(UUID().uuidString)
        #expect(try await pool.execute(["SET", key, "value"]) == Self.ok, sourceLocation: location)
        #expect(try await pool.execute(["GET", key]) == .bulk("value"), sourceLocation: location)
        #expect(await pool.connectionCount() == 1, sourceLocation: location)
    }

    // MARK: - On a lease

    @Test(
        arguments: PoolKind.allCases,
        [
            ([["MULTI"], ["UNWATCH"]], [false, false]), ([["MULTI"], ["DISCARD", "now"]], [false, true]),
            ([["MULTI"], ["EXISTS"], ["UNWATCH"]], [false, true, false]),
        ] as [([RESPCommand], [Bool])])
    func `a transaction on a lease that was not ended is nobody else's`(
        kind: PoolKind, _ lease: (commands: [RESPCommand], refusals: [Bool])
    ) async throws {
        let pool = try kind.open(configuration(of: try await SharedServer.value))
        #expect(try await pool.refusals(lease.commands) == lease.refusals)
        try await check(pool)
    }

    @Test(arguments: PoolKind.allCases, ["DISCARD", "EXEC"])
    func `an end that the server does not know ends nothing`(kind: PoolKind, end: String) async throws {
        try await withServer("--rename-command", end, "") { server in
            let pool = try kind.open(configuration(of: server))
            #expect(try await pool.refusals([["MULTI"], ["SET", "k", 1], [.string(end)]]) == [false, false, true])
            try await check(pool)
            #expect(try await pool.execute(["EXISTS", "k"]) == .integer(0))
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `an end that the user may not send ends nothing`(kind: PoolKind) async throws {
        try await withServer { server in
            let configuration = try await server.user(
                "writer", "+@all", "-discard", configuration: configuration(of: server))
            let pool = try kind.open(configuration)
            #expect(try await pool.refusals([["MULTI"], ["SET", "k", 1], ["DISCARD"]]) == [false, false, true])
            try await check(pool)
            #expect(try await pool.execute(["EXISTS", "k"]) == .integer(0))
        }
    }

    // MARK: - On a shared connection

    @Test(arguments: PoolKind.allCases)
    func `a transaction whose EXEC the server does not know is refused, and its connection closed`(
        kind: PoolKind
    ) async throws {
        try await withServer("--rename-command", "EXEC", "") { server in
            let pool = try kind.open(configuration(of: server))
            for _ in 0..<3 {
                let error = await #expect(throws: RedisCallError.self) {
                    try await pool.transaction([["SET", "k", 1], ["INCR", "k"]])
                }
                #expect(error?.serverCode == "ERR")
                #expect(error?.description.contains("EXEC") == true)
                try await check(pool)
            }
            #expect(try await pool.execute(["EXISTS", "k"]) == .integer(0))
        }
    }

    /// A permission that is taken back after a transaction was accepted.
    @Test(arguments: PoolKind.allCases)
    func `an EXEC that is refused later executes nothing either`(kind: PoolKind) async throws {
        try await withServer { server in
            let configuration = try await server.user(
                "writer", "+@all", configuration: configuration(of: server))
            let pool = try kind.open(configuration)
            #expect(try await pool.transaction([["SET", "k", 1]]) == [Self.ok])
            try await server.allow("writer", "-exec")
            let error = await #expect(throws: RedisCallError.self) { try await pool.transaction([["INCR", "k"]]) }
            #expect(error?.serverCode == "EXECABORT")
            try await check(pool)
            #expect(try await pool.text(["GET", "k"]) == "1")
        }
    }

    /// Others write all the while on the connections that a transaction leaves in doubt.
    @Test func `what is queued for nobody is sent again, and executed once`() async throws {
        try await withServer("--rename-command", "EXEC", "") { server in
            let pool = try ConnectionPool(configuration(of: server).patient)
            let isOver = Switch()
            let transactions = Task {
                var count = 0
                repeat {
                    let error = await #expect(throws: RedisCallError.self) {
                        try await pool.transaction([["INCR", "n"]])
                    }
                    #expect(error?.serverCode == "ERR")
                    count += 1
                    // Rarely enough that ten connections in a row do not break under one call.
                    try await Task.sleep(for: .milliseconds(20))
                } while !isOver.isOn
                return count
            }
            try await withThrowingDiscardingTaskGroup { group in
                for caller in 0..<20 {
                    group.addTask {
                        for number in 1...200 {
                            let reply = try await pool.execute(["INCR", "n\(caller)"])
                            #expect(reply == .integer(Int64(number)))
                        }
                    }
                }
            }
            isOver.turnOn()
            #expect(try await transactions.value > 0)
            #expect(try await pool.execute(["EXISTS", "n"]) == .integer(0))
        }
    }

    /// The same with a peer that says it in one breath, so that the neighbour is surely queued.
    @Test func `a neighbour that was queued gets its reply from another connection`() async throws {
        let (connections, arrived) = (Counter(), Counter())
        let peer = try RawPeer { client in
            connections.add()
            let isFirst = connections.count == 1
            try client.shakeHands()
            guard isFirst else {
                while true { try client.send("+\(client.command().joined(separator: " "))\r\n") }
            }
            for reply in ["+OK\r\n", "*0\r\n"] {
                _ = try client.command()
                try client.send(reply)
            }
            for _ in 0..<3 { _ = try client.command() }
            arrived.add()
            _ = try client.command()
            try client.send("+OK\r\n+QUEUED\r\n-ERR unknown command 'EXEC'\r\n+QUEUED\r\n")
            client.waitForEnd()
        }
        var configuration = peer.configuration
        configuration.pool.maxConnections = 1
        let pool = try ConnectionPool(configuration)
        let transaction = Task { try await pool.transaction([["SET", "a", 1]]) }
        #expect(try await eventually { arrived.count == 1 })
        #expect(try await pool.execute(["SET", "b", 2]) == .simpleString("SET b 2"))
        let error = await #expect(throws: RedisCallError.self) { try await transaction.value }
        #expect(error?.serverCode == "ERR")
        #expect(connections.count == 2)
    }
}
