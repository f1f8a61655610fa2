import RESP
import Redis
import TestSupport
import Testing

/// Connections that end at a byte of their beginning: another one is made, and nobody notices.
@Suite(.timeLimit(.minutes(10))) struct CutHandshakeTests {
    /// Over TLS there are thousands of bytes, most of them in a certificate; these see all its messages.
    private static let tlsStride = 37

    @Test(arguments: ProxiedRoute.allCases, PoolKind.allCases)
    func `a connection that is cut while it begins is made again`(route: ProxiedRoute, kind: PoolKind) async throws {
        try await route.withProxy { proxy, configuration in
            let length = try await handshakeLength(kind, proxy, configuration)
            let step = route == .tls ? Self.tlsStride : 1
            for direction in CutExchangeTests.Direction.allCases {
                let end = direction == .requests ? length.requests : length.replies
                for offset in stride(from: 0, to: end, by: step) {
                    let cut = StreamFaults.Cut.allCases[offset / step % 2]
                    proxy.once(direction.faults(cut, at: offset))
                    let reply = try await kind.execute(["ECHO", "\(offset)"], configuration)
                    #expect(reply == .bulk("\(offset)"), "\(direction) \(cut) \(offset)")
                }
            }
        }
    }

    /// How many bytes a handshake has each way. The command that follows has no part in it.
    private func handshakeLength(
        _ kind: PoolKind, _ proxy: FaultProxy, _ configuration: RedisConfiguration
    ) async throws -> (requests: Int, replies: Int) {
        var configuration = configuration
        configuration.pool.maxConnections = 1
        return try await kind.withPool(configuration) { pool in
            _ = try await pool.execute(["ECHO", "x"])
            let both = proxy.passed
            proxy.strike(.none)
            _ = try await pool.execute(["ECHO", "x"])
            return (both.requests - proxy.passed.requests, both.replies - proxy.passed.replies)
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `a peer that refuses at first is tried again`(kind: PoolKind) async throws {
        try await ProxiedRoute.tcp.withProxy { proxy, configuration in
            proxy.once(LinkFaults(welcome: .refuse))
            let reply = try await kind.execute(["ECHO", "a"], configuration)
            #expect(reply == .bulk("a"))
            #expect(proxy.connectionCount == 2)
        }
    }

    @Test(arguments: ProxiedRoute.allCases, [Duration.milliseconds(50), .milliseconds(500), .seconds(2)])
    func `a task that is cancelled during a late handshake leaves nothing to the next one`(
        route: ProxiedRoute, delay: Duration
    ) async throws {
        try await route.withProxy { proxy, configuration in
            proxy.usually(LinkFaults(replies: StreamFaults(delay: delay)))
            try await PoolKind.async.withPool(configuration) { pool in
                let connections = proxy.connectionCount
                let cancelled = Task { try await pool.execute(["ECHO", "cancelled"]) }
                let hasConnected = try await eventually { proxy.connectionCount > connections }
                #expect(hasConnected)
                cancelled.cancel()
                await #expect(throws: CancellationError.self) { try await cancelled.value }
                try await withThrowingDiscardingTaskGroup { group in
                    for number in 0..<3 {
                        group.addTask {
                            let reply = try await pool.execute(["ECHO", .integer(number)])
                            #expect(reply == .bulk("\(number)"))
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: PoolKind.allCases, ProxiedRoute.allCases)
    func `a handshake that takes longer than it may leaves nothing to the next one`(
        kind: PoolKind, route: ProxiedRoute
    ) async throws {
        try await route.withProxy { proxy, configuration in
            var hasty = configuration
            hasty.connectTimeout = .milliseconds(50)
            hasty.commandTimeout = .milliseconds(500)
            proxy.usually(LinkFaults(replies: StreamFaults(delay: .milliseconds(100))))
            try await kind.withPool(hasty) { pool in
                await #expect(throws: RedisError.self) { try await pool.execute(["ECHO", "late"]) }
                proxy.usually(.none)
                for number in 0..<5 {
                    let reply = try await eventuallyValue { try? await pool.execute(["ECHO", .integer(number)]) }
                    #expect(reply == .bulk("\(number)"))
                }
            }
        }
    }
}
