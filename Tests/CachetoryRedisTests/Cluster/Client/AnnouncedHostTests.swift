import CachetoryLocalServer
import CachetoryLocking
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// What nodes say of where they and the others are.
@Suite(.timeLimit(.minutes(5)), .serialized) struct AnnouncedHostTests {
    /// Sets and reads a key of each third, before and after its slot has moved.
    private func checkCalls(_ cluster: LocalCluster, _ configuration: RedisClusterConfiguration) async throws {
        let slots = [100, 7_000, 15_000]
        for (number, kind) in ClientKind.allCases.enumerated() {
            try await kind.withClient(configuration) { client async throws in
                let keys = slots.map { "\(SlotTags.tag(of: $0 + number))\(UUID())" }
                for key in keys { try await client.set(key, to: key) }
                #expect(try await client.getMany(keys) == keys)
                guard cluster.nodes.count > 1 else { return }
                let slot = slots[0] + number
                let source = try await onThread {
                    let source = try cluster.primary(ofSlot: slot)
                    try cluster.moveSlots(slot...slot, to: cluster.nodes[2])
                    _ = try source.send("CONFIG", "RESETSTAT")
                    return source
                }
                #expect(try await client.get(keys[0]) == keys[0])
                #expect(try await onThread { try source.errors("MOVED") } > 0)
            }
        }
    }

    @Test func `a lone node, which does not know its own address, is found where it was asked`() async throws {
        try await withCluster(.init { ($0.primaries, $0.replicasPerPrimary) = (1, 0) }) { cluster in
            let entry = try await onThread { try cluster.nodes[0].send("CLUSTER", "SLOTS").list?.first?.list?[2].list }
            #expect(entry?.first?.text == "")
            try await checkCalls(cluster, cluster.configuration)
        }
    }

    @Test(.needsEndpointTypes) func `nodes that leave their hosts out are where they were asked`() async throws {
        guard try await ServerVersion.current.major >= 7 else { throw ServerLacks.endpointTypes }
        let arguments = ["--cluster-preferred-endpoint-type", "unknown-endpoint"]
        try await withCluster(.init { ($0.arguments, $0.replicasPerPrimary) = (arguments, 0) }) { cluster in
            let entry = try await onThread { try cluster.nodes[0].send("CLUSTER", "SLOTS").list?.first?.list?[2].list }
            #expect(entry?.first == .nothing)
            try await checkCalls(cluster, cluster.configuration)
        }
    }

    @Test func `nodes with addresses of version 6 are followed to them`() async throws {
        try await withCluster(.init { ($0.host, $0.replicasPerPrimary) = ("::1", 0) }) { cluster in
            try await checkCalls(cluster, cluster.configuration)
        }
    }

    /// Remembers what it was asked for.
    private final class Lookups: Sendable {
        let hosts = Lock<[String]>([])

        var resolver: HostResolver {
            HostResolver { [self] host, port throws(ResolutionError) in
                hosts.withLock { $0.append(host) }
                return try SocketAddress.resolve(host: host, port: port)
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a host that is not known is never looked up, and found once it is known`(kind: ClientKind) async throws {
        try await withFakeCluster(2) { cluster in
            let lookups = Lookups()
            var configuration = cluster.configuration
            configuration.node.resolver = lookups.resolver
            cluster.setHosts(.unknown)
            try await kind.withClient(configuration) { client async throws in
                let (slot, key) = (3, SlotTags.tag(of: 3))
                let error = await client.error { try await $0.get(key) }
                #expect(error?.ofCluster?.reason == .slotNotServed(slot))
                #expect(error?.outcome == .notExecuted)
                cluster.setHosts(.addresses)
                #expect(try await eventually { await client.error { try await $0.set(key, to: "value") } == nil })
                #expect(try await client.get(key) == "value")
            }
            #expect(lookups.hosts.withLock { $0 }.isEmpty)
        }
    }

    /// As a node with `cluster-preferred-endpoint-type hostname` says of one without a name.
    @Test(arguments: ClientKind.allCases)
    func `a redirect to a host that is not known waits for a map that knows it`(kind: ClientKind) async throws {
        try await withFakeCluster(2) { cluster in
            let lookups = Lookups()
            var configuration = cluster.configuration
            configuration.node.resolver = lookups.resolver
            try await kind.withClient(configuration) { client async throws in
                let key = SlotTags.tag(of: 3)
                try await client.set(key, to: "value")
                let port = cluster.port
                cluster.move(3...3, toShard: 1)
                cluster.script { call in
                    call.node.index == 0 && call.name == "GET" ? .error("MOVED 3 ?:\(port)") : nil
                }
                #expect(try await client.get(key) == "value")
            }
            #expect(lookups.hosts.withLock { $0 }.isEmpty)
        }
    }
}
