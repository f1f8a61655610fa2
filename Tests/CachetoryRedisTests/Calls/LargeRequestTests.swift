import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// Requests that are too large for a real server.
@Suite(.timeLimit(.minutes(5))) struct LargeRequestTests {
    private static let value = Data(repeating: UInt8(ascii: "v"), count: 2 << 20)

    /// Sends a value that the server refuses 20 times, beside 50 tasks that count: each call of theirs is executed once, and
    /// none has an error.
    private func sendBesideOthers(
        _ configuration: RedisClientConfiguration, expecting isExpected: (Result<RESPReply, any Error>) -> Bool
    ) async throws {
        let pool = try ConnectionPool(configuration)
        let hasEnded = Switch()
        let calls = Counter()
        try await withThrowingTaskGroup { group in
            for task in 0..<50 {
                group.addTask {
                    var count: Int64 = 0
                    while !hasEnded.isOn {
                        count += 1
                        let reply = try await pool.execute(["INCR", "n\(task)"])
                        #expect(reply == .integer(count))
                        calls.add()
                    }
                }
            }
            for _ in 0..<20 {
                let before = calls.count
                #expect(try await eventually { calls.count > before + 200 })
                let result: Result<RESPReply, any Error>
                do {
                    result = .success(
                        try await pool.send(Request(set: "k", to: Self.value, milliseconds: nil, ifNotExists: false)))
                } catch {
                    result = .failure(error)
                }
                #expect(isExpected(result), "\(result)")
            }
            hasEnded.turnOn()
            try await group.waitForAll()
        }
        await pool.close()
    }

    @Test(arguments: [1, 8])
    func `a value that is too large costs its own caller an error, and nobody else`(connections: Int) async throws {
        try await withServer("--proto-max-bulk-len", "1mb") { server in
            var configuration = server.configuration.patient
            configuration.pool.maxConnections = connections
            let refusal = RESPServerError(code: "ERR", message: "Protocol error: invalid bulk length")
            try await sendBesideOthers(configuration) { result in
                if case .success(.error(refusal)) = result { true } else { false }
            }
        }
    }

    @Test(arguments: [1, 8])
    func `a request that is too large as a whole costs nobody else an error`(connections: Int) async throws {
        try await withServer("--client-query-buffer-limit", "1mb") { server in
            var configuration = server.configuration.patient
            configuration.pool.maxConnections = connections
            try await sendBesideOthers(configuration) { result in
                if case .failure(RedisCallError.connectionLost(_, .unknown)) = result { true } else { false }
            }
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `the error has the server's words, and all of a transaction is refused`(kind: PoolKind) async throws {
        try await withServer("--proto-max-bulk-len", "1mb") { server in
            let pool = try kind.open(server.configuration.patient)
            let refusal = RedisCallError.server(
                RESPServerError(code: "ERR", message: "Protocol error: invalid bulk length"))
            let set: RESPCommand = ["SET", "k", .bytes(Self.value)]
            for _ in 0..<20 {
                await #expect(throws: refusal) { try await pool.execute(set) }
                await #expect(throws: refusal) {
                    try await pool.transaction([["SET", "a", "b"], set, ["SET", "c", "d"]])
                }
                #expect(try await pool.execute(["EXISTS", "a", "c", "k"]) == .integer(0))
                let replies = try await pool.pipeline([["INCR", "n"], set, ["INCR", "n"]])
                #expect(replies.count == 3)
                #expect(replies.dropFirst().allSatisfy { if case .error = $0 { true } else { false } })
            }
            #expect(try await pool.text(["GET", "n"]) == "20")
            await pool.close()
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `a server that only hangs up makes the caller ask for the size`(kind: PoolKind) async throws {
        try await withServer("--client-query-buffer-limit", "1mb") { server in
            let pool = try kind.open(server.configuration.patient)
            let error = await #expect(throws: RedisCallError.self) {
                try await pool.execute(["SET", "k", .bytes(Data(count: 20 << 20))])
            }
            guard case .connectionLost(let reason, .unknown)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason.contains("client-query-buffer-limit") && reason.contains("2097"))
            #expect(try await pool.execute(["PING"]) == .simpleString("PONG"))
            await pool.close()
        }
    }
}
