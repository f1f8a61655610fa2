import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// A line that does whatever a line may do, at random.
///
/// `CACHETORY_PROXY_SECONDS=300` for as long as that each; `CACHETORY_PROXY_SEED=…` for the faults of another run.
@Suite(.serialized, .mayNeedTLS, .timeLimit(.minutes(30))) struct RandomProxyTests {
    private static func number(_ variable: String) -> UInt64? {
        ProcessInfo.processInfo.environment[variable].flatMap { UInt64($0) }
    }

    private static let time = Duration.seconds(Int64(number("CACHETORY_PROXY_SECONDS") ?? 15))
    private static let timeout = Duration.milliseconds(500)

    @Test(arguments: PoolKind.allCases, [ProxiedRoute.tcp, .tls])
    func `each call has its own reply or an error, in time`(kind: PoolKind, route: ProxiedRoute) async throws {
        let seed = Self.number("CACHETORY_PROXY_SEED") ?? .random(in: 0..<1_000_000)
        let name = "\(kind), \(route == .tls ? "TLS" : "plain"), seed \(seed)"
        print("random proxy: \(name)")
        let tally = FaultTally()
        try await route.withProxy { proxy, configuration in
            proxy.usually(.random(seed: seed, isEncrypted: route == .tls, tally: tally))
            var configuration = configuration
            configuration.connectTimeout = Self.timeout
            configuration.commandTimeout = Self.timeout
            configuration.pool.acquireTimeout = Self.timeout
            let record = try await kind.withPool(configuration) { pool in
                let calls = VerifiedCalls(
                    pool, callers: kind == .async ? 40 : 12, timeout: Self.timeout, mayBeDamaged: route != .tls)
                try await calls.run(for: Self.time, seed: seed) {
                    proxy.usually(.none)
                    proxy.strike(.none)
                }
                return calls.record
            }
            let faults = tally.counts
            print(
                """
                random proxy: \(name): \(record.right) right, \(record.wrong.count) wrong, \(record.damaged) damaged, \
                errors \(record.errors.sorted { $0.key < $1.key }), latest \(record.latest) after its deadline \
                (\(record.latestEnd)), \(proxy.connectionCount) connections, \
                faults \(faults.sorted { $0.key < $1.key })
                """)
            #expect(record.wrong == [], "seed \(seed)")
            #expect(record.latest <= tolerance, "seed \(seed): \(record.latestEnd)")
            // It was neither too bad a line for anything, nor too good.
            #expect(record.right > 100, "seed \(seed)")
            #expect(faults.values.reduce(0, +) > 10, "seed \(seed)")
            #expect(proxy.connectionCount > 1)
        }
    }
}
