import Cachetory
import CachetoryLocalServer
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// Calls of many keys on a cluster: how they are divided, and what comes of it.
@Suite(.timeLimit(.minutes(5)), .serialized) struct ClusterBatchTests {
    private static let slots = (0..<100).map { $0 * 163 }

    /// A thousand keys, ten of each slot, in an order of chance.
    private static let keys: [String] = {
        var generator = SeededGenerator(seed: 1)
        return slots.flatMap { slot in (0..<10).map { "\(SlotTags.tag(of: slot))\($0)" } }.shuffled(using: &generator)
    }()

    private static func items(_ keys: [String]) -> [(key: String, value: Data)] {
        keys.map { ($0, Data("value of \($0)".utf8)) }
    }

    private func configuration(_ cluster: FakeCluster) -> RedisClusterConfiguration {
        let seed = RedisClientConfiguration.Address.tcp(host: cluster.nodes[0].host, port: cluster.port)
        var configuration = RedisClusterConfiguration(seeds: [seed])
        configuration.node.commandTimeout = .seconds(200)
        return configuration
    }

    private func withFakeCluster(_ body: (FakeCluster) async throws -> Void) async throws {
        let cluster = try FakeCluster(primaries: 3)
        do {
            try await body(cluster)
        } catch {
            try await cluster.stop()
            throw error
        }
        try await cluster.stop()
    }

    // MARK: - Reading

    @Test(arguments: ClusterBackendKind.allCases)
    func `a thousand keys are read in their order, with one write to each node`(kind: ClusterBackendKind) async throws {
        try await withFakeCluster { cluster in
            try await kind.withBackend(configuration(cluster)) { backend async throws in
                // A tenth is missing, and a third is asked for twice.
                let existing = Self.keys.filter { !$0.hasSuffix("}9") }
                try await backend.setMany(Self.items(existing))
                var generator = SeededGenerator(seed: 2)
                let asked = (Self.keys.prefix(700) + Self.keys.prefix(300)).shuffled(using: &generator)
                cluster.resetCounts()
                let answer = try await backend.getMany(asked)
                let expected = Self.items(asked.filter { !$0.hasSuffix("}9") })
                #expect(answer.map(\.key) == expected.map(\.key))
                #expect(answer.map(\.value) == expected.map(\.value))
                #expect((0..<3).map { cluster.reads(at: $0) } == [1, 1, 1])
                let slots = Set(asked.map { FakeCluster.slot(of: $0) })
                #expect(cluster.count(of: "MGET") + cluster.count(of: "GET") == slots.count)
            }
        }
    }

    /// Each node gets its part while the two others say nothing.
    @Test(arguments: ClusterBackendKind.allCases, 0..<3)
    func `all nodes are asked at the same time`(kind: ClusterBackendKind, _ answering: Int) async throws {
        try await withFakeCluster { cluster in
            try await kind.withBackend(configuration(cluster)) { backend async throws in
                let keys = Self.keys
                try await backend.setMany(Self.items(keys))
                let calls: [(command: String, call: @Sendable () async throws -> Void)] = [
                    ("MGET", { _ = try await backend.getMany(keys) }),
                    ("MSET", { try await backend.setMany(Self.items(keys)) }),
                    ("EXEC", { try await backend.setMany(Self.items(keys), timeToLive: .seconds(60)) }),
                    ("UNLINK", { _ = try await backend.deleteMany(keys) }),
                ]
                for (command, call) in calls {
                    cluster.resetCounts()
                    cluster.set(.staysSilent, of: (0..<3).filter { $0 != answering })
                    let task = Task { try await call() }
                    await eventually { cluster.count(of: command, at: answering) > 0 }
                    #expect(cluster.count(of: command, at: answering) > 0, "\(command)")
                    cluster.set(.answers, of: 0..<3)
                    try await task.value
                }
            }
        }
    }

    // MARK: - Writing

    @Test(arguments: ClusterBackendKind.allCases)
    func `a thousand keys are set with one command for each slot`(kind: ClusterBackendKind) async throws {
        try await withPrimaries { cluster in
            try await kind.withBackend(cluster.configuration) { backend async throws in
                try await backend.setMany(Self.items(Self.keys))
                #expect(try await cluster.calls(of: "mset") == Self.slots.count)
                #expect(try await cluster.calls(of: "set") == 0)
                #expect(try await cluster.keyCounts().reduce(0) { $0 + ($1 ?? 0) } == Self.keys.count)
                let answer = try await backend.getMany(Self.keys)
                #expect(answer.map(\.value) == Self.items(Self.keys).map(\.value))
                #expect(try await cluster.calls(of: "mget") == Self.slots.count)
            }
        }
    }

    @Test(arguments: ClusterBackendKind.allCases)
    func `a thousand keys are set with one transaction for each slot, if they expire`(
        kind: ClusterBackendKind
    ) async throws {
        try await withPrimaries { cluster in
            var configuration = try cluster.configuration
            configuration.node.pool.maxConnections = 1
            try await kind.withBackend(configuration) { backend async throws in
                // On each connection an empty one comes first, once.
                let first = Self.slots.filter { $0 % 2 == 0 }.map { SlotTags.tag(of: $0) }
                try await backend.setMany(Self.items(first + first.map { "\($0)second" }), timeToLive: .seconds(60))
                try await onThread { try cluster.resetStatistics() }
                try await backend.setMany(Self.items(Self.keys), timeToLive: .seconds(60))
                #expect(try await cluster.calls(of: "multi") == Self.slots.count)
                #expect(try await cluster.calls(of: "exec") == Self.slots.count)
                #expect(try await cluster.calls(of: "set") == Self.keys.count)
                let answer = try await backend.getMany(Self.keys)
                #expect(answer.map(\.value) == Self.items(Self.keys).map(\.value))
            }
        }
    }

    @Test(arguments: ClusterBackendKind.allCases)
    func `keys that are deleted are counted exactly`(kind: ClusterBackendKind) async throws {
        try await withPrimaries { cluster in
            try await kind.withBackend(cluster.configuration) { backend async throws in
                let (existing, kept) = (Array(Self.keys.prefix(600)), Array(Self.keys.suffix(400)))
                try await backend.setMany(Self.items(Self.keys))
                let missing = existing.map { "\($0) missing" }
                #expect(try await backend.deleteMany(existing + missing + existing.prefix(100)) == existing.count)
                #expect(try await cluster.keyCounts().reduce(0) { $0 + ($1 ?? 0) } == kept.count)
                #expect(try await backend.getMany(kept).count == kept.count)
                #expect(try await backend.deleteMany(existing) == 0)
            }
        }
    }
}
