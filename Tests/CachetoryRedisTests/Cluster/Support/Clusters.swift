import CachetoryLocalServer
import CachetoryTestSupport

/// The cluster that tests share which neither change nor slow it down. Each uses keys of its own.
enum SharedCluster {
    private static let start = Task { try await LocalCluster.start() }

    static var value: LocalCluster {
        get async throws { try await start.value }
    }
}

/// Runs a test with a cluster of its own.
func withCluster(
    _ options: LocalCluster.Options = .init(), body: (LocalCluster) async throws -> Void
) async throws {
    let cluster = try await LocalCluster.start(options)
    do {
        try await body(cluster)
    } catch {
        try await onThread { cluster.stop() }
        throw error
    }
    try await onThread { cluster.stop() }
}

/// Runs a blocking test with a cluster of its own.
func onThreadWithCluster(
    _ options: LocalCluster.Options = .init(), body: @escaping @Sendable (LocalCluster) throws -> Void
) async throws {
    try await onThread {
        let cluster = try LocalCluster.start(options)
        defer { cluster.stop() }
        try body(cluster)
    }
}

/// Runs a test with a cluster that pretends.
func withFakeCluster(
    _ primaries: Int, replicas: Int = 0, _ layout: FakeCluster.Layout = .contiguous,
    body: (FakeCluster) async throws -> Void
) async throws {
    let cluster = try FakeCluster(primaries: primaries, replicasPerPrimary: replicas, layout: layout)
    do {
        try await body(cluster)
    } catch {
        try await cluster.stop()
        throw error
    }
    try await cluster.stop()
}
