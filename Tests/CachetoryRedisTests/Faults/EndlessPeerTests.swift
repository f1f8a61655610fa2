import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Testing

/// Deadlines against a peer that always has something to say.
@Suite(.timeLimit(.minutes(2)), .serialized) struct EndlessPeerTests {
    private func configuration(_ peer: FloodingPeer, _ flood: FloodingPeer.Flood) -> RedisClientConfiguration {
        var configuration = peer.hastyConfiguration
        if flood == .tlsHelloRequests { configuration.tls = RedisTLSConfiguration(verification: .none) }
        return configuration
    }

    @Test(arguments: PoolKind.allCases, FloodingPeer.Flood.allCases)
    func `a call ends at its deadline, and its connection soon after`(
        kind: PoolKind, flood: FloodingPeer.Flood
    ) async throws {
        let peer = try FloodingPeer(flood)
        let pool = try kind.open(configuration(peer, flood))
        let (time, error) = await timed {
            await #expect(throws: RedisCallError.self) { try await pool.execute(["INCR", "n"]) }
        }
        #expect(time < busyMachine)
        switch flood {
        case .pushes, .endlessReply: #expect(error == .timedOut(.unknown))
        case .handshake, .tlsHelloRequests:
            switch error {
            case .connectFailed, .tlsFailed: break
            default: Issue.record("\(String(describing: error))")
            }
        }
        // Nobody goes on reading for ever, be it on a thread of its own.
        #expect(try await eventually { peer.ended.count > 0 })
        await pool.close()
        #expect(try await eventually { peer.ended.count == peer.connectionCount })
    }

    @Test(arguments: [FloodingPeer.Flood.handshake, .tlsHelloRequests])
    func `a handshake without an end is given up for what it takes, long before its deadline`(
        flood: FloodingPeer.Flood
    ) async throws {
        let peer = try FloodingPeer(flood)
        var configuration = configuration(peer, flood)
        configuration.connectTimeout = .seconds(200)
        let (time, error) = try await timed { [configuration] in
            try await onThread {
                #expect(throws: RedisCallError.self) {
                    _ = try BlockingConnection.open(configuration, until: .now + configuration.connectTimeout)
                }
            }
        }
        #expect(time < configuration.connectTimeout / 2)
        #expect(error?.description.contains("no end") == true, "\(String(describing: error))")
        #expect(try await eventually { peer.ended.count == 1 })
    }

    @Test(arguments: PoolKind.allCases, [FloodingPeer.Flood.handshake, .pushes])
    func `one such connection does not end the pool`(kind: PoolKind, flood: FloodingPeer.Flood) async throws {
        let peer = try FloodingPeer(flood, connections: 1)
        let pool = try kind.open(configuration(peer, flood))
        await #expect(throws: RedisCallError.self) { try await pool.execute(["INCR", "n"]) }
        let reply = try await eventuallyValue { try? await pool.execute(["PING"]) }
        #expect(reply == .simpleString("PING"))
        await pool.close()
    }
}
