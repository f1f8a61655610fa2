import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// Scripts say what they like, also what a server says that has done nothing.
@Suite(.timeLimit(.minutes(2))) struct ScriptTests {
    private static let codes = ["LOADING", "READONLY", "MASTERDOWN", "TRYAGAIN", "CLUSTERDOWN"]

    private func pool(_ kind: PoolKind) async throws -> AnyPool {
        var configuration = try await SharedServer.value.configuration.patient
        // For so long it would be executed again and again.
        configuration.commandTimeout = busyMachine
        return try kind.open(configuration)
    }

    /// Counts a key up, and fails.
    private func script(_ code: String, _ key: RESPArgument) -> RESPCommand {
        ["EVAL", "redis.call('INCR', KEYS[1]) return redis.error_reply('\(code) says the script')", 1, key]
    }

    @Test(arguments: PoolKind.allCases, codes)
    func `a script that fails is executed once`(kind: PoolKind, code: String) async throws {
        let pool = try await pool(kind)
        let key = RESPArgument.string(UUID().uuidString)
        let script = script(code, key)
        let error = await #expect(throws: RedisCallError.self) { try await pool.execute(script) }
        #expect(error?.serverCode == code)
        #expect(try await pool.text(["GET", key]) == "1")
        #expect(try await pool.pipeline([script, script]).map(\.errorCode) == [code, code])
        #expect(try await pool.text(["GET", key]) == "3")
        #expect(try await pool.transaction([script]).map(\.errorCode) == [code])
        #expect(try await pool.text(["GET", key]) == "4")
    }

    @Test(.needsFunctions, arguments: PoolKind.allCases)
    func `a function that fails is executed once`(kind: PoolKind) async throws {
        guard try await ServerVersion.current.major >= 7 else { throw ServerLacks.functions }
        let pool = try await pool(kind)
        let library = """
            #!lua name=failing
            redis.register_function('fail', function(keys, args)
                redis.call('INCR', keys[1])
                return redis.error_reply('TRYAGAIN says the function')
            end)
            """
        _ = try await pool.execute(["FUNCTION", "LOAD", "REPLACE", .string(library)])
        let key = RESPArgument.string(UUID().uuidString)
        let error = await #expect(throws: RedisCallError.self) { try await pool.execute(["FCALL", "fail", 1, key]) }
        #expect(error?.serverCode == "TRYAGAIN")
        #expect(try await pool.text(["GET", key]) == "1")
    }

    @Test(arguments: PoolKind.allCases)
    func `a script may say QUEUED, and no neighbour minds`(kind: PoolKind) async throws {
        let pool = try await pool(kind)
        let key = RESPArgument.string(UUID().uuidString)
        let script: RESPCommand = ["EVAL", "redis.call('INCR', KEYS[1]) return redis.status_reply('QUEUED')", 1, key]
        try await withThrowingDiscardingTaskGroup { group in
            for number in 0..<50 {
                group.addTask {
                    let said = try await pool.execute(script)
                    #expect(said == .simpleString("QUEUED"))
                    let echo = try await pool.execute(["ECHO", .integer(number)])
                    #expect(echo == .bulk("\(number)"))
                }
            }
        }
        #expect(try await pool.text(["GET", key]) == "50")
    }
}
