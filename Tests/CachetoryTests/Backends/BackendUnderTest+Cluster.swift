import Cachetory
import CachetoryLocalServer
import CachetoryRedis
import CachetoryTestSupport
import Foundation

extension BackendUnderTest {
    static let asyncRedisCluster = cluster("AsyncRedisBackend on a cluster") { try AsyncRedisBackend(url: $0) }
    static let syncRedisCluster = cluster("SyncRedisBackend on a cluster") {
        BlockingAdapter(base: try SyncRedisBackend(url: $0))
    }

    private static func cluster(
        _ name: String, make: @escaping @Sendable (String) throws -> any AsyncCacheBackend<Data>
    ) -> BackendUnderTest {
        BackendUnderTest(name, isAtomicAcrossSlots: false) {
            let cluster = try await LentCluster.shared.take()
            do {
                let probe = try AsyncRedisClient(url: cluster.url)
                return Instance(
                    try make(cluster.url),
                    remaining: { key in try await TimeToLive(remaining: probe.execute(["PTTL", .string(key)])) },
                    isClosed: { $0 as? RedisCallError == .closed },
                    tearDown: {
                        await probe.close()
                        await LentCluster.shared.giveBack()
                    }
                )
            } catch {
                await LentCluster.shared.giveBack()
                throw error
            }
        }
    }
}

/// A cluster that is lent, empty, to one test after the other: there are no databases in it that each could have one of.
private actor LentCluster {
    static let shared = LentCluster()

    private static let start = Task { try await LocalCluster.start(.init { $0.replicasPerPrimary = 0 }) }
    private var isLent = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func take() async throws -> LocalCluster {
        if isLent { await withCheckedContinuation { waiting.append($0) } }
        isLent = true
        do {
            let cluster = try await Self.start.value
            try await onThread {
                for node in cluster.nodes { _ = try node.send("FLUSHALL") }
            }
            return cluster
        } catch {
            giveBack()
            throw error
        }
    }

    /// The next one who waits has it then.
    func giveBack() {
        if waiting.isEmpty { isLent = false } else { waiting.removeFirst().resume() }
    }
}
