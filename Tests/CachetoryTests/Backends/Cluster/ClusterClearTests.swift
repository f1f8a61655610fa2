import Cachetory
import CachetoryLocalServer
import CachetoryLocking
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// Clearing a cluster: all of its nodes, or some word on those that are left.
@Suite(.timeLimit(.minutes(5)), .serialized) struct ClusterClearTests {
    private static func items(_ keys: [String]) -> [(key: String, value: Data)] { keys.map { ($0, Data("v".utf8)) } }

    @Test(arguments: ClusterBackendKind.allCases)
    func `a hundred thousand keys are gone from all nodes`(kind: ClusterBackendKind) async throws {
        try await withPrimaries(ServerVersion.current.debugOptions) { cluster in
            // Made by the servers themselves, in whatever slots.
            try await onThread {
                for node in cluster.nodes { _ = try node.send("DEBUG", "POPULATE", "33000") }
            }
            try await kind.withBackend(cluster.configuration) { backend async throws in
                try await backend.setMany(Self.items((0..<1_000).map { "own:\($0)" }))
                #expect(try await cluster.keyCounts().reduce(0) { $0 + ($1 ?? 0) } == 100_000)
                try await backend.clear()
                #expect(try await cluster.keyCounts() == [0, 0, 0])
            }
        }
    }

    @Test(arguments: ClusterBackendKind.allCases, [nil, "own:"])
    func `a node that hangs is named at the deadline, and the others are empty`(
        kind: ClusterBackendKind, _ prefix: String?
    ) async throws {
        try await withPrimaries { cluster in
            var configuration = try cluster.configuration
            configuration.node.commandTimeout = .seconds(2)
            try await kind.withBackend(configuration) { backend async throws in
                try await backend.setMany(Self.items((0..<1_000).map { "own:\($0)" }))
                let hanging = cluster.nodes[1]
                try await onThread {
                    // The others serve their slots though one of them does not.
                    for node in cluster.nodes {
                        _ = try node.send("CONFIG", "SET", "cluster-require-full-coverage", "no")
                    }
                    hanging.suspend()
                }
                let start = ContinuousClock.now
                let error = try await #require(throws: RedisCallError.self) {
                    if let prefix { try await backend.clear(prefix: prefix) } else { try await backend.clear() }
                }
                let time = ContinuousClock.now - start
                #expect(time < .seconds(2) + .milliseconds(50) + clockTolerance)
                guard case .cluster(let failure) = error else {
                    Issue.record("\(error)")
                    return
                }
                #expect(failure.reason == .nodesFailed)
                #expect(failure.failures.map(\.node) == [hanging.address])
                #expect(failure.parts == 3 && failure.partsDone == 2)
                #expect("\(error)".contains(hanging.address))
                for node in [cluster.nodes[0], cluster.nodes[2]] {
                    #expect(try await onThread { try node.send("DBSIZE").integer } == 0)
                }
                hanging.resume()
                // The one that was named, at least, is for a later call.
                try await backend.clear()
                #expect(try await cluster.keyCounts() == [0, 0, 0])
            }
        }
    }

    /// Keys that were set before go with their slots meanwhile, and are gone afterwards, wherever they were.
    @Test(arguments: ClusterBackendKind.allCases)
    func `a prefix is cleared while a thousand slots move`(kind: ClusterBackendKind) async throws {
        try await withPrimaries { cluster in
            try await kind.withBackend(cluster.configuration) { backend async throws in
                let tags = (0..<1_000).map { SlotTags.tag(of: $0) }
                let kept = tags.map { "kept:\($0)" }
                try await backend.setMany(Self.items(kept))
                for target in [cluster.nodes[2], cluster.nodes[0], cluster.nodes[2]] {
                    try await backend.setMany(Self.items(tags.flatMap { ["own:\($0)1", "own:\($0)2"] }))
                    let before = try await keyCount(of: target)
                    let reshard = Task { try await onThread { try cluster.moveSlots(0...999, to: target) } }
                    while try await keyCount(of: target) == before {}
                    try await backend.clear(prefix: "own:")
                    try await reshard.value
                    #expect(try await keys(of: cluster).sorted() == kept.sorted())
                }
                #expect(try await backend.getMany(kept).count == kept.count)
            }
        }
    }

    /// The slot has the same owner all the time, so nothing but its keys tells that they move.
    @Test(arguments: ClusterBackendKind.allCases)
    func `a prefix is cleared while the keys of one slot move`(kind: ClusterBackendKind) async throws {
        try await withPrimaries { cluster in
            try await kind.withBackend(cluster.configuration) { backend async throws in
                let keys = (0..<20_000).map { "own:\(SlotTags.tag(of: 9))\($0)" }
                try await backend.setMany(Self.items(keys))
                let migration = try await onThread {
                    try cluster.beginMigration(ofSlot: 9, to: cluster.nodes[2], movingKeys: 100)
                }
                let move = Task { try await onThread { while try migration.moveKeys(atMost: 100) > 0 {} } }
                try await backend.clear(prefix: "own:")
                try await move.value
                #expect(try await cluster.keyCounts() == [0, 0, 0])
                try await onThread { try migration.finish() }
            }
        }
    }

    private func keyCount(of node: LocalClusterNode) async throws -> Int? {
        try await onThread { try node.send("DBSIZE").integer }
    }

    private func keys(of cluster: LocalCluster) async throws -> [String] {
        try await onThread {
            try cluster.nodes.flatMap { try $0.send("KEYS", "*").list?.compactMap(\.text) ?? [] }
        }
    }

    /// All of it, not only what is of the node's slots: a slot may be on its way.
    @Test(arguments: ClusterBackendKind.allCases)
    func `what is on both sides of a slot's move is cleared`(kind: ClusterBackendKind) async throws {
        try await withPrimaries { cluster in
            try await kind.withBackend(cluster.configuration) { backend async throws in
                let keys = (0..<20).map { "own:\(SlotTags.tag(of: 9))\($0)" }
                for clear: @Sendable () async throws -> Void in [
                    { try await backend.clear() }, { try await backend.clear(prefix: "own:") },
                ] {
                    try await backend.setMany(Self.items(keys))
                    let migration = try await onThread {
                        let source = try cluster.primary(ofSlot: 9)
                        let target = try #require(cluster.nodes.first { $0 != source })
                        return try cluster.beginMigration(ofSlot: 9, to: target, movingKeys: 10)
                    }
                    try await clear()
                    #expect(try await cluster.keyCounts() == [0, 0, 0])
                    try await onThread { try migration.finish() }
                }
            }
        }
    }
}

/// How late a clock may be, where other programs run at the same time: see `CACHETORY_EXACT_TIMES` in docs/faults.md.
private let clockTolerance: Duration =
    ProcessInfo.processInfo.environment["CACHETORY_EXACT_TIMES"] == nil ? .seconds(20) : .zero
