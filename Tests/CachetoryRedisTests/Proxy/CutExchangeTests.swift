import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Testing

/// Connections that end at every byte of an exchange: each call gets its own reply or an error, and the pool goes on.
@Suite(.mayNeedTLS, .timeLimit(.minutes(10))) struct CutExchangeTests {
    enum Direction: CaseIterable {
        case requests, replies

        func faults(_ cut: StreamFaults.Cut, at offset: Int) -> LinkFaults {
            let faults = StreamFaults(cut: (cut, offset))
            return self == .requests ? LinkFaults(requests: faults) : LinkFaults(replies: faults)
        }

        func passed(through proxy: FaultProxy) -> Int {
            self == .requests ? proxy.passed.requests : proxy.passed.replies
        }
    }

    /// Several calls at once, whose replies tell them apart.
    private struct Exchange {
        let pool: AnyPool
        let number: Int

        /// The offset is in all words, so that a reply left over from another exchange is noticed.
        private func word(_ name: String) -> RESPArgument { "\(name)\(number)" }
        private func text(_ name: String) -> RESPReply { .bulk("\(name)\(number)") }

        /// Makes the calls, checks what they return, and says how many of them failed.
        func run() async throws -> Int {
            try await withThrowingTaskGroup { group in
                group.addTask { try await fails { try await pool.execute(["ECHO", word("a")]) == text("a") } }
                group.addTask {
                    try await fails {
                        try await pool.pipeline([["ECHO", word("b")], ["ECHO", word("c")]]) == [text("b"), text("c")]
                    }
                }
                group.addTask {
                    try await fails {
                        try await pool.transaction([["ECHO", word("d")], ["ECHO", word("e")]]) == [
                            text("d"), text("e"),
                        ]
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
        }

        /// Whether a call ended in an error that says what became of it. A value must be the right one.
        private func fails(_ isRight: () async throws -> Bool) async throws -> Bool {
            do {
                let isOwn = try await isRight()
                #expect(isOwn)
                return false
            } catch let error as RedisCallError {
                if case .connectFailed = error { return true }
                #expect(error.statedOutcome != nil, "\(error)")
                return true
            }
        }
    }

    @Test(arguments: ProxiedRoute.allCases, PoolKind.allCases)
    func `cut at each byte, a call has its own reply or an error`(route: ProxiedRoute, kind: PoolKind) async throws {
        try await route.withProxy { proxy, configuration in
            var configuration = configuration
            // All calls go over the connection that is cut.
            configuration.pool.maxConnections = 1
            let failures = try await kind.withPool(configuration) { pool in
                var failures = 0
                for direction in Direction.allCases {
                    for cut in [StreamFaults.Cut.close, .reset] {
                        failures += try await sweep(direction, cut, pool, proxy)
                    }
                }
                return failures
            }
            #expect(failures > 0)
        }
    }

    /// Cuts one exchange after the other, each a byte later, until one is complete.
    private func sweep(
        _ direction: Direction, _ cut: StreamFaults.Cut, _ pool: AnyPool, _ proxy: FaultProxy
    ) async throws -> Int {
        var failures = 0
        for offset in 0... {
            // On a connection that is whole: what was cut before is found out by this, and replaced.
            let reply = try await pool.execute(.reading("ECHO", "after\(offset)"))
            #expect(reply == .bulk("after\(offset)"))
            proxy.strike(direction.faults(cut, at: offset))
            let failed = try await Exchange(pool: pool, number: offset).run()
            failures += failed
            // Long enough for all of it, the calls of the blocking pool being made one by one.
            if failed == 0, direction.passed(through: proxy) < offset { return failures }
        }
        return failures
    }

    @Test(arguments: ProxiedRoute.allCases, PoolKind.allCases)
    func `split into single bytes and delayed, all is as it should be`(
        route: ProxiedRoute, kind: PoolKind
    ) async throws {
        try await route.withProxy { proxy, configuration in
            let stutter = StreamFaults(delay: .milliseconds(1), pieceSize: 1)
            proxy.usually(LinkFaults(requests: stutter, replies: stutter))
            try await kind.withPool(configuration) { pool in
                for number in 0..<10 {
                    let failures = try await Exchange(pool: pool, number: number).run()
                    #expect(failures == 0)
                }
            }
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `a connection that goes silent ends its calls at their deadline, and is replaced`(
        kind: PoolKind
    ) async throws {
        try await ProxiedRoute.tcp.withProxy { proxy, configuration in
            var configuration = configuration
            configuration.commandTimeout = .milliseconds(100)
            try await kind.withPool(configuration) { pool in
                for offset in stride(from: 0, through: 60, by: 20) {
                    _ = try await eventuallyValue { try? await pool.execute(["PING"]) }
                    proxy.strike(LinkFaults(replies: StreamFaults(cut: (.silence, offset))))
                    let (time, _) = try await timed { try await Exchange(pool: pool, number: offset).run() }
                    #expect(time < busyMachine)
                }
                let reply = try await eventuallyValue { try? await pool.execute(["ECHO", "after"]) }
                #expect(reply == .bulk("after"))
            }
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `a slow line is no error`(kind: PoolKind) async throws {
        try await ProxiedRoute.tcp.withProxy { proxy, configuration in
            proxy.usually(LinkFaults(replies: StreamFaults(bytesPerSecond: 100_000)))
            let word = String(repeating: "slow ", count: 5000)
            try await kind.withPool(configuration) { pool in
                let (time, reply) = try await timed { try await pool.execute(["ECHO", .string(word)]) }
                #expect(reply == .bulk(word))
                #expect(time > .milliseconds(200))
            }
        }
    }
}
