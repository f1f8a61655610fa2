import CachetoryLocalServer
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// A client of a real cluster, and callers who check what becomes of their writes.
struct FaultRun {
    let cluster: LocalCluster
    let client: AnyClient
    let internals: ClusterInternals

    /// Each has the keys of a shard, as the slots are at the beginning.
    let writers: ClusterWriters

    /// The callers of each shard.
    static let callers = 20

    /// The time that calls have.
    static let timeout = Duration.seconds(1)

    /// The cluster that one test after the other does harm to, and leaves whole.
    private static let shared = Task {
        try await LocalCluster.start(.init { $0.arguments = ["--cluster-require-full-coverage", "no"] })
    }

    /// Runs a test on the cluster of all of them, once that has recovered from the one before.
    static func onSharedCluster(_ kind: ClientKind, _ body: (FaultRun) async throws -> Void) async throws {
        let cluster = try await shared.value
        try await onThread {
            for node in cluster.nodes where !node.isServing {
                node.resume()
                if !node.isServing { try node.restart() }
            }
            try cluster.waitUntilSettled()
        }
        try await on(cluster, kind, body)
    }

    static func on(_ cluster: LocalCluster, _ kind: ClientKind, _ body: (FaultRun) async throws -> Void) async throws {
        var configuration = try cluster.configuration
        configuration.node.commandTimeout = timeout
        configuration.node.connectTimeout = .seconds(5)
        let keys = try await onThread {
            try cluster.primaries().map { primary in try Self.keys(Self.slots(of: primary, callers)) }
        }
        try await kind.withClient(configuration) { client, internals in
            let writers = ClusterWriters(client, keys: keys, timeout: timeout)
            try await body(FaultRun(cluster: cluster, client: client, internals: internals, writers: writers))
        }
    }

    /// The same client with other callers.
    func callers(withKeysIn slots: [[Int]]) throws -> ClusterWriters {
        ClusterWriters(client, keys: slots.map(Self.keys), timeout: Self.timeout)
    }

    /// A key that nobody else has, for each slot.
    private static func keys(_ slots: [Int]) -> [String] {
        slots.map { "\(SlotTags.tag(of: $0))\(UUID())" }
    }

    /// Some slots of a node, which lie as far apart as they can.
    static func slots(of node: LocalClusterNode, _ count: Int) throws -> [Int] {
        let slots = try node.view().member(node.id)?.slots.flatMap { Array($0) } ?? []
        try #require(slots.count >= count)
        return (0..<count).map { slots[$0 * slots.count / count] }
    }

    /// Nothing that a cluster may do costs a write that it has not acknowledged shortly before, and nothing costs more.
    func expectNothingWrong(lostSince moment: ContinuousClock.Instant? = nil) {
        #expect(writers.wrong == [])
        let lost = writers.lost
        if let moment { #expect(lost.allSatisfy { $0 > moment }) } else { #expect(lost == []) }
    }
}
