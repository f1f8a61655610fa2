import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Testing

/// How a client finds its cluster, from the nodes that it was given.
@Suite(.timeLimit(.minutes(5)), .serialized) struct ClusterSeedTests {
    private typealias Address = RedisClientConfiguration.Address

    private func closedPorts(_ count: Int) throws -> [Address] {
        try (0..<count).map { _ in .tcp(host: "127.0.0.1", port: try LocalPort.findFree()) }
    }

    /// The seeds are asked in an order of chance, so it is tried a few times.
    @Test(arguments: ClientKind.allCases)
    func `one seed of six is enough, and one that says nothing holds it up for a moment`(kind: ClientKind) async throws
    {
        let cluster = try await SharedCluster.value
        let silent = try FullListener()
        let seeds: [Address] =
            try closedPorts(4) + [.tcp(host: "127.0.0.1", port: silent.port)]
            + [.tcp(host: "127.0.0.1", port: cluster.nodes[4].port)]
        for attempt in 0..<6 {
            let configuration = RedisClusterConfiguration(seeds: seeds).patient
            try await kind.withClient(configuration) { client async throws in
                let (time, value) = try await timed { try await client.get("no such key \(attempt)") }
                #expect(value == nil)
                #expect(time < .seconds(1) + tolerance)
            }
        }
        withExtendedLifetime(silent) {}
    }

    @Test(arguments: ClientKind.allCases)
    func `if no seed answers, one error names all of them, when there is no time left to connect`(
        kind: ClientKind
    ) async throws {
        let silent = try (0..<2).map { _ in try FullListener() }
        let seeds: [Address] = try closedPorts(4) + silent.map { .tcp(host: "127.0.0.1", port: $0.port) }
        var configuration = RedisClusterConfiguration(seeds: seeds).patient
        configuration.node.connectTimeout = .seconds(2)
        try await kind.withClient(configuration) { client async throws in
            let (time, error) = await timed { await client.error { try await $0.get("key") } }
            let failure = try #require(error?.ofCluster)
            #expect(failure.reason == .noNodeAnswered)
            #expect(failure.failures.compactMap(\.node).sorted() == seeds.map(\.description).sorted())
            #expect(failure.parts == seeds.count)
            #expect(error?.outcome == .notExecuted)
            for seed in seeds { #expect("\(failure)".contains("\(seed)")) }
            #expect(time < configuration.node.connectTimeout + tolerance)
        }
        withExtendedLifetime(silent) {}
    }

    @Test(arguments: ClientKind.allCases)
    func `seeds that say nothing are named when the call has no time left, be it less than there is to connect`(
        kind: ClientKind
    ) async throws {
        let silent = try (0..<2).map { _ in try FullListener() }
        let seeds = silent.map { Address.tcp(host: "127.0.0.1", port: $0.port) }
        var configuration = RedisClusterConfiguration(seeds: seeds)
        configuration.node.commandTimeout = .milliseconds(500)
        try await kind.withClient(configuration) { client async throws in
            let (time, error) = await timed { await client.error { try await $0.get("key") } }
            #expect(error?.ofCluster?.reason == .noNodeAnswered)
            #expect(Set(error?.ofCluster?.failures.map(\.node) ?? []) == Set(seeds.map(\.description)))
            #expect(error?.outcome == .notExecuted)
            #expect(time < .milliseconds(500) + tolerance)
        }
        withExtendedLifetime(silent) {}
    }

    @Test(arguments: ClientKind.allCases)
    func `seeds that are not there are told at once, before there is no time left to connect`(
        kind: ClientKind
    ) async throws {
        let seeds = try closedPorts(3)
        try await kind.withClient(RedisClusterConfiguration(seeds: seeds).patient) { client async throws in
            let (time, error) = await timed { await client.error { try await $0.execute(["PING"]) } }
            #expect(error?.ofCluster?.reason == .noNodeAnswered)
            #expect(Set(error?.ofCluster?.failures.map(\.node) ?? []) == Set(seeds.map(\.description)))
            #expect(time < .seconds(1) + tolerance)
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a client whose seeds were all gone finds the cluster once one is back`(kind: ClientKind) async throws {
        try await withFakeCluster(3) { cluster in
            cluster.set(.refuses, of: 0..<3)
            try await kind.withClient(cluster.configuration) { client async throws in
                let error = await client.error { try await $0.get("key") }
                #expect(error?.ofCluster?.reason == .noNodeAnswered)
                cluster.set(.answers, of: 0..<3)
                #expect(try await eventually { await client.error { try await $0.set("key", to: "value") } == nil })
                #expect(try await client.get("key") == "value")
            }
        }
    }
}
