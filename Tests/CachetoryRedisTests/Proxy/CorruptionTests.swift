import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Testing

/// Bytes that change on their way.
@Suite(.mayNeedTLS, .timeLimit(.minutes(10))) struct CorruptionTests {
    /// Enough for thousands of changed bytes; a failure names the one that brought it about.
    private static let seeds = UInt64(1)...100

    @Test(arguments: PoolKind.allCases)
    func `without encryption every call ends, in whatever way`(kind: PoolKind) async throws {
        try await ProxiedRoute.tcp.withProxy { proxy, configuration in
            var configuration = configuration
            configuration.commandTimeout = .milliseconds(50)
            configuration.connectTimeout = .milliseconds(50)
            try await kind.withPool(configuration) { pool in
                for seed in Self.seeds {
                    proxy.strike(LinkFaults(replies: StreamFaults(corruption: Corruption(seed: seed, oneIn: 10))))
                    let (time, _) = await timed { try? await pool.pipeline([["ECHO", "a"], ["ECHO", "b"]]) }
                    #expect(time < busyMachine, "seed \(seed)")
                }
                let reply = try await eventuallyValue { try? await pool.execute(["ECHO", "after"]) }
                #expect(reply != nil)
            }
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `encrypted, a value is right or an error`(kind: PoolKind) async throws {
        try await ProxiedRoute.tls.withProxy { proxy, configuration in
            try await kind.withPool(configuration) { pool in
                var failures = 0
                for seed in Self.seeds {
                    _ = try await pool.execute(.reading("ECHO", "whole"))
                    proxy.strike(LinkFaults(replies: StreamFaults(corruption: Corruption(seed: seed, oneIn: 100))))
                    do {
                        let replies = try await pool.pipeline([["ECHO", "a\(seed)"], ["ECHO", "b\(seed)"]])
                        #expect(replies == [.bulk("a\(seed)"), .bulk("b\(seed)")], "seed \(seed)")
                    } catch let error as RedisCallError {
                        #expect(error.outcome == .unknown, "seed \(seed): \(error)")
                        failures += 1
                    }
                    proxy.strike(.none)
                }
                #expect(failures > 10)
            }
        }
    }
}
