import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Testing

/// Connections that end at a byte of their beginning: another one is made, and nobody notices.
@Suite(.mayNeedTLS, .timeLimit(.minutes(10))) struct CutHandshakeTests {
    /// Over TLS there are thousands of bytes, most of them in a certificate; these see all its messages.
    private static let tlsStride = 37

    @Test(arguments: ProxiedRoute.allCases, PoolKind.allCases)
    func `a connection that is cut while it begins is made again`(route: ProxiedRoute, kind: PoolKind) async throws {
        try await route.withProxy { proxy, configuration in
            let step = route == .tls ? Self.tlsStride : 1
            for direction in CutExchangeTests.Direction.allCases {
                var offset = 0
                while try await isMadeAgain(direction, offset, kind, proxy, configuration) { offset += step }
                // Three commands, or their replies, and what encrypts them.
                #expect(offset > (route == .tls ? 300 : 50), "\(direction)")
            }
        }
    }

    /// Cuts a new connection at an offset, and checks that the call which needs it is served by another one.
    ///
    /// - Returns: false where the connection had begun before it was cut.
    private func isMadeAgain(
        _ direction: CutExchangeTests.Direction, _ offset: Int, _ kind: PoolKind, _ proxy: FaultProxy,
        _ configuration: RedisClientConfiguration
    ) async throws -> Bool {
        let connections = proxy.connectionCount
        proxy.once(direction.faults(offset.isMultiple(of: 2) ? .close : .reset, at: offset))
        do {
            let reply = try await kind.execute(["ECHO", "\(offset)"], configuration)
            #expect(reply == .bulk("\(offset)"), "\(direction) \(offset)")
            return proxy.connectionCount > connections + 1
        } catch RedisCallError.connectionLost(_, .unknown) {
            return false
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

    @Test(arguments: ProxiedRoute.allCases, [Duration.milliseconds(250), .milliseconds(800), .seconds(2)])
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
            hasty.connectTimeout = .milliseconds(300)
            hasty.commandTimeout = .seconds(1)
            proxy.usually(LinkFaults(replies: StreamFaults(delay: .milliseconds(600))))
            try await kind.withPool(hasty) { pool in
                await #expect(throws: RedisCallError.self) { try await pool.execute(["ECHO", "late"]) }
                proxy.usually(.none)
                for number in 0..<5 {
                    let reply = try await eventuallyValue { try? await pool.execute(["ECHO", .integer(number)]) }
                    #expect(reply == .bulk("\(number)"))
                }
            }
        }
    }
}
