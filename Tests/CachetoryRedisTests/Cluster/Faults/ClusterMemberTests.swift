import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// Nodes that come to a cluster, and leave it.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ClusterMemberTests {
    /// A key of a slot.
    private func key(_ slot: Int, _ name: String = "key") -> RESPArgument { "\(SlotTags.tag(of: slot))\(name)" }

    private func address(of node: LocalClusterNode) -> RedisClientConfiguration.Address {
        .tcp(host: node.host, port: node.port)
    }

    /// How many connections over TCP a node has had.
    private func connectionsReceived(by node: LocalClusterNode) throws -> Int {
        let text = try node.send("INFO", "stats").text ?? ""
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("total_connections_received:") }
        return try #require(line.flatMap { Int($0.split(separator: ":")[1]) })
    }

    @Test(arguments: ClientKind.allCases)
    func `a node is used from its first MOVED on, and left alone once it is drained`(kind: ClientKind) async throws {
        try await withCluster(.init { $0.replicasPerPrimary = 0 }) { cluster in
            try await kind.withClient(try cluster.configuration) { client, internals in
                _ = try await client.execute(["SET", key(5), "old"])
                let (home, added) = try await onThread {
                    let home = try cluster.primary(ofSlot: 5)
                    let added = try cluster.addNode()
                    try cluster.moveSlots(0...9, to: added)
                    return (home, added)
                }
                #expect(internals.connections()[address(of: added)] == nil)
                #expect(try await client.execute(.reading("GET", key(5))) == .bulk("old"))
                #expect(internals.owner(5) == address(of: added))
                #expect(internals.connections()[address(of: added)] == 1)
                // From now on without a detour; the other slots follow with the map.
                _ = try await client.execute(["SET", key(5), "new"])
                #expect(try await eventually { internals.owner(9) == address(of: added) })
                _ = try await client.execute(["SET", key(9), "new"])
                try await onThread { () throws in
                    #expect(try added.calls(of: "get") == 1)
                    #expect(try added.calls(of: "set") == 2)
                    #expect(try home.errors("MOVED") == 1)
                }
                try await leave(cluster, added, client, internals)
            }
        }
    }

    /// Drains a node, and checks that the client lets go of it.
    private func leave(
        _ cluster: LocalCluster, _ node: LocalClusterNode, _ client: AnyClient, _ internals: ClusterInternals
    ) async throws {
        try await onThread { try cluster.drain(node) }
        let drained = ContinuousClock.now
        #expect(try await client.execute(.reading("GET", key(5))) == .bulk("new"))
        #expect(try await eventually { !internals.nodes().contains(address(of: node)) })
        #expect(internals.connections()[address(of: node)] == 1)
        // Its time passes, or is said to.
        if !LongRuns.areOn { internals.tickAfterRetirement() }
        #expect(try await eventually(within: .seconds(40)) { try Descriptors.connected(toPort: node.port) == 0 })
        let time = ContinuousClock.now - drained
        if LongRuns.areOn { print("a drained node: its connections were closed after \(time.inMilliseconds)") }
        #expect(time < .seconds(35) + slack)
        #expect(internals.connections()[address(of: node)] == nil)

        // It still runs, and nobody asks it for anything: calls and refreshes go elsewhere.
        let before = try await onThread { try connectionsReceived(by: node) }
        for number in 0..<100 { _ = try await client.execute(["SET", key(number % 20), "later"]) }
        for _ in 0..<3 { try await internals.refresh() }
        // But for the look itself, over its unix socket.
        #expect(try await onThread { try connectionsReceived(by: node) } == before + 1)
        try await onThread { try cluster.removeNode(node) }
        for number in 0..<100 {
            #expect(try await client.execute(["SET", key(number % 20), "last"]) == .simpleString("OK"))
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `nodes that redirect to each other are asked seldom, and no longer than the call has time`(
        kind: ClientKind
    ) async throws {
        try await withFakeCluster(2) { cluster in
            cluster.script { call in call.name == "GET" ? .moved(to: 1 - call.node.index) : nil }
            var configuration = cluster.configuration
            configuration.node.commandTimeout = .seconds(2)
            try await kind.withClient(configuration) { client, _ in
                try await client.set("other", to: "value")
                // The time may end while the last attempt is under way, with its reply still to come. That is seldom.
                var (sends, error) = (0, RedisCallError?.none)
                for _ in 0..<5 {
                    let before = cluster.count(of: "GET")
                    let (time, latest) = await timed { await client.error { try await $0.get("key") } }
                    (sends, error) = (cluster.count(of: "GET") - before, latest)
                    print("two nodes that redirect to each other, \(kind): \(sends) sends in \(time.inMilliseconds)")
                    #expect(time < .seconds(2) + tolerance)
                    guard case .timedOut? = latest?.ofCluster?.failures.first?.reason ?? latest else { break }
                }
                #expect(error?.serverCode == "MOVED")
                guard case .server(let refusal) = error else { return }
                #expect(refusal.slot == FakeCluster.slot(of: "key") && refusal.node != nil)
                // It does not give up at once either.
                #expect(sends > (slack == .zero ? 10 : 6) && sends <= 30)
                // Others are served meanwhile, at the same nodes.
                #expect(await client.error { try await $0.set("other", to: "value") } == nil)
            }
        }
    }
}
