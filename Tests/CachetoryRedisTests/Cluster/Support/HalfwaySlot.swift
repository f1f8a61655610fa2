import CachetoryLocalServer
import CachetoryRedis
import CachetoryTestSupport
import Synchronization
import Testing

/// A slot that stays between two nodes of a real cluster, with keys on both sides.
struct HalfwaySlot: Sendable {
    let cluster: LocalCluster
    let migration: SlotMigration

    /// Keys that begin with it are of the slot.
    let tag: String
    let keys: [String]

    /// Those of the keys that the slot's node has still, and those that are at the next one.
    let kept: [String]
    let gone: [String]

    /// Keys of other slots, on each of the nodes.
    let others: [String]

    /// Each test that asks has a slot of its own, of the first node, on its way to the third.
    private static let used = Atomic<Int>(0)
    private static let start = Task { try await LocalCluster.start(.init { $0.replicasPerPrimary = 0 }) }

    /// What ``keys`` and ``others`` are set to.
    static func value(_ key: String) -> String { "value of \(key)" }

    var slot: Int { migration.slot }

    /// Runs a test with such a slot, and has it arrive at the end.
    static func run(
        _ kind: ClientKind, _ change: (inout RedisClusterConfiguration) -> Void = { _ in },
        _ body: (AnyClient, HalfwaySlot) async throws -> Void
    ) async throws {
        let cluster = try await start.value
        var configuration = try cluster.configuration
        change(&configuration)
        try await kind.withClient(configuration) { client in
            let halfway = try await HalfwaySlot(cluster, client)
            do {
                try await body(client, halfway)
            } catch {
                try await onThread { try halfway.migration.finish() }
                throw error
            }
            try await onThread { try halfway.migration.finish() }
        }
    }

    /// Sets all the keys, and moves half of those of the slot.
    private init(_ cluster: LocalCluster, _ client: AnyClient) async throws {
        let slot = Self.used.add(1, ordering: .relaxed).newValue
        let tag = SlotTags.tag(of: slot)
        keys = (0..<20).map { "\(tag)\($0)" }
        others = [0, 6_000, 16_000].map { "\(SlotTags.tag(of: $0))\(slot)" }
        (self.cluster, self.tag) = (cluster, tag)
        try await client.setMany((keys + others).map { ($0, Self.value($0)) })
        let half = keys.count / 2
        let (migration, gone) = try await onThread {
            let target = cluster.nodes[2]
            let migration = try cluster.beginMigration(ofSlot: slot, to: target, movingKeys: half)
            let keys = try target.send("CLUSTER", "GETKEYSINSLOT", "\(slot)", "1000").list ?? []
            return (migration, keys.compactMap(\.text))
        }
        (self.migration, self.gone) = (migration, gone)
        kept = keys.filter { !gone.contains($0) }
        try #require(gone.count == half && kept.count == half)
    }

    /// How often nodes have said that they have not all the keys of a command.
    func tryAgains() async throws -> Int {
        try await onThread { try cluster.nodes.reduce(0) { try $0 + $1.errors("TRYAGAIN") } }
    }
}
