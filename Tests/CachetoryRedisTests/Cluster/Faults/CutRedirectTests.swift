import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

@testable import CachetoryRedis

/// Connections to nodes that end at every byte of what only clusters say: each call gets its own reply or an error.
@Suite(.serialized, .timeLimit(.minutes(10))) struct CutRedirectTests {
    /// Of the first node.
    private static let slot = 7
    private static let tag = SlotTags.tag(of: slot)
    private static let constant = "\(tag)constant"

    /// What is always the second node's.
    private static let elsewhere = "\(SlotTags.tag(of: 6000))constant"

    private static func faults(_ cut: StreamFaults.Cut, at offset: Int) -> LinkFaults {
        LinkFaults(replies: StreamFaults(cut: (cut, offset)))
    }

    // MARK: Calls

    enum Call: CaseIterable {
        case set, getMany, transaction, get, pipeline

        /// Those that go different ways through the client come first.
        static let swept = allCases.prefix(LongRuns.count(3, long: allCases.count))

        /// Makes a call that is told from all others, and says whether the reply is its own.
        func isRight(_ client: AnyClient, _ number: Int) async throws -> Bool {
            let (constant, word) = (CutRedirectTests.constant, "\(self) \(number)")
            switch self {
            case .set:
                let key = RESPArgument.string("\(CutRedirectTests.tag)\(UUID())")
                return try await client.execute(["SET", key, .string(word), "GET"]) == .null
            case .get: return try await client.get(constant) == "value"
            case .getMany:
                let keys = [constant, "\(CutRedirectTests.tag)none", CutRedirectTests.elsewhere, constant]
                return try await client.getMany(keys) == ["value", nil, "value", "value"]
            case .pipeline:
                let replies = try await client.pipeline([
                    .reading("GET", .string(constant)), .reading("ECHO", .string(word)),
                    .reading("GET", .string(CutRedirectTests.elsewhere)),
                ])
                return replies == [.bulk("value"), .bulk(word), .bulk("value")]
            case .transaction:
                let replies = try await client.transaction([
                    .reading("GET", .string(constant)), ["ECHO", .string(word)],
                ])
                return replies == [.bulk("value"), .bulk(word)]
            }
        }

        /// The same, of a call that may fail for the loss of a connection, and for nothing else.
        ///
        /// - Returns: whether it failed.
        func fails(_ client: AnyClient, _ number: Int) async throws -> Bool {
            do {
                let isOwn = try await isRight(client, number)
                #expect(isOwn, "\(self) \(number)")
                return false
            } catch RedisCallError.cluster(let error) {
                #expect(error.reason == .nodesFailed, "\(error)")
                for failure in error.failures {
                    #expect(failure.node != nil && failure.slot ?? 0 < HashSlot.count, "\(error)")
                    guard case .connectionLost = failure.reason else {
                        Issue.record(error)
                        continue
                    }
                }
                return true
            }
        }
    }

    /// Makes a call again and again, cutting the connection to a node each time a byte later, until the call has had all of
    /// its reply.
    ///
    /// - Parameter prepare: called before each call.
    /// - Returns: how many bytes the node has answered, and how many calls failed.
    private func sweep(
        _ call: Call, _ cut: StreamFaults.Cut, _ proxied: ProxiedCluster, node: Int, _ client: AnyClient,
        prepare: () -> Void = {}
    ) async throws -> (bytes: Int, failures: Int) {
        let proxy = proxied.proxies[node]
        // A slot of each node, in thirds.
        let other = "\(SlotTags.tag(of: 1000 + node * 5461))none"
        var (failures, uncut) = (0, 0)
        for offset in 0... {
            // Over a connection that is whole: what was cut before is found out by this, and replaced.
            #expect(try await client.get(other) == nil)
            let connections = proxy.connectionCount
            proxy.strike(Self.faults(cut, at: offset))
            prepare()
            if try await call.fails(client, offset) { failures += 1 }
            #expect(try await client.get(other) == nil)
            // Twice, as a refresh of the map may just have set the client right.
            uncut = proxy.connectionCount == connections ? uncut + 1 : 0
            if uncut == 2 { return (offset, failures) }
        }
        return (0, failures)
    }

    private func withValues(
        _ kind: ClientKind, _ body: (ProxiedCluster, AnyClient, ClusterInternals) async throws -> Void
    ) async throws {
        try await ProxiedCluster.run { proxied in
            try await kind.withClient(proxied.configuration) { client, internals in
                for key in [Self.constant, Self.elsewhere] { try await client.set(key, to: "value") }
                try await body(proxied, client, internals)
            }
        }
    }

    @Test(arguments: ClientKind.allCases, [StreamFaults.Cut.close, .reset])
    func `cut at each byte of a MOVED, a call has its own reply or an error`(
        kind: ClientKind, cut: StreamFaults.Cut
    ) async throws {
        try await withValues(kind) { proxied, client, internals in
            for call in Call.swept {
                let swept = try await sweep(call, cut, proxied, node: 2, client) {
                    internals.mislead(Self.slot, proxied.address(of: 2))
                }
                #expect(swept.bytes > "-MOVED 7 127.0.0.1:7000\r\n".utf8.count, "\(call)")
                #expect(swept.failures > 0 || call != .set && call != .transaction, "\(call)")
            }
        }
    }

    @Test(arguments: ClientKind.allCases, [StreamFaults.Cut.close, .reset])
    func `cut at each byte of an ASK, and of what follows, a call has its own reply or an error`(
        kind: ClientKind, cut: StreamFaults.Cut
    ) async throws {
        try await withValues(kind) { proxied, client, _ in
            let migration = try await onThread {
                try proxied.cluster.beginMigration(ofSlot: Self.slot, to: proxied.cluster.nodes[2], movingKeys: .max)
            }
            do {
                for call in Call.swept {
                    for node in [0, 2] {
                        let swept = try await sweep(call, cut, proxied, node: node, client)
                        #expect(swept.bytes > "+OK\r\n_\r\n".utf8.count, "\(call)")
                        #expect(swept.failures > 0 || call != .set && call != .transaction, "\(call)")
                    }
                }
            } catch {
                try await onThread { try migration.abandon() }
                throw error
            }
            try await onThread { try migration.abandon() }
        }
    }

    // MARK: The map

    @Test(arguments: [StreamFaults.Cut.close, .reset])
    func `cut at each byte of what a node says of the map, there is the whole map or none`(
        cut: StreamFaults.Cut
    ) async throws {
        try await ProxiedCluster.run { proxied in
            let (proxy, address) = (proxied.proxies[0], proxied.proxyAddress(of: 0))
            let whole = try await onThread { try Self.ask(address, proxied.configuration).get() }
            #expect(whole.coveredSlots == HashSlot.count)
            var failures = 0
            for offset in 0... {
                let connections = proxy.connectionCount
                proxy.once(Self.faults(cut, at: offset))
                switch try await onThread({ Self.ask(address, proxied.configuration) }) {
                case .success(let topology):
                    #expect(topology == whole)
                    // While it is in the handshake, another connection is made.
                    if proxy.connectionCount == connections + 1 {
                        #expect(failures > 500)
                        return
                    }
                case .failure(.cluster(let error)):
                    #expect(error.reason == .noNodeAnswered && error.node == "\(address)")
                    failures += 1
                case .failure(let error): Issue.record(error)
                }
            }
        }
    }

    /// Asks a node alone, in one round.
    private static func ask(
        _ address: RedisClientConfiguration.Address, _ configuration: RedisClusterConfiguration
    ) -> Result<ClusterTopology, RedisCallError> {
        var generator = SystemGenerator()
        return RefreshRound(configuration, tls: nil, QuestionLimit(seeds: 1)).ask(
            RefreshCandidates(of: nil, seeds: [address], using: &generator))
    }

    @Test(arguments: ClientKind.allCases)
    func `cut while it asks for the map, a client asks again`(kind: ClientKind) async throws {
        try await ProxiedCluster.run { proxied in
            var configuration = proxied.configuration
            configuration.seeds = [0, 1].map(proxied.proxyAddress)
            // Somewhere in the handshake, in one answer and in the other.
            for offset in stride(from: 0, through: 1000, by: 125) {
                for proxy in proxied.proxies[..<2] { proxy.once(Self.faults(.close, at: offset)) }
                try await kind.withClient(configuration) { client in
                    try await client.set(Self.constant, to: "\(offset)")
                    #expect(try await client.get(Self.constant) == "\(offset)")
                }
                for proxy in proxied.proxies { proxy.usually(.none) }
            }
        }
    }
}
