import CachetoryLocking
import Testing

@testable import CachetoryRedis

/// What a client of a cluster knows, and what else happens in it only from time to time.
struct ClusterInternals: Sendable {
    typealias Address = RedisClientConfiguration.Address

    /// The version of the routes.
    let version: @Sendable () -> UInt64

    /// Where a slot is, as far as the client knows.
    let owner: @Sendable (_ slot: Int) -> Address?

    /// The nodes that have slots.
    let nodes: @Sendable () -> [Address]

    /// How many connections there are to each node that a call has ever needed some to.
    let connections: @Sendable () -> [Address: Int]

    /// Has the client take a slot for another node's.
    let mislead: @Sendable (_ slot: Int, _ address: Address) -> Void

    /// Has the client do what is due at a time.
    let tick: @Sendable (_ now: Timestamp) -> Void

    let requestRefresh: @Sendable () -> Void

    /// When the last refresh began that has ended.
    let refreshed: @Sendable () -> Timestamp

    private init<Pool>(
        _ map: ClusterMap<Pool>, _ monitor: ClusterMonitor, connectionCount: @escaping @Sendable (Pool) -> Int
    ) {
        version = { map.routes.version }
        owner = { map.routes.node(of: MapFixture.slot($0))?.address }
        nodes = { map.routes.nodes.map(\.address) }
        connections = { map.state.withLock { $0.nodes.compactMapValues { $0.poolInUse.map(connectionCount) } } }
        mislead = { slot, address in
            // A node that names itself would get other connections.
            guard let teller = map.routes.node(of: MapFixture.slot(slot)), teller.address != address else { return }
            map.note(move: MapFixture.slot(slot), to: address, by: teller)
        }
        tick = { _ = map.tick(at: $0) }
        requestRefresh = { monitor.requestRefresh() }
        refreshed = { map.state.withLock { $0.refreshed } }
    }

    init(_ cluster: AsyncCluster) {
        self.init(cluster.cluster, cluster.monitor) { $0.members.count }
    }

    init(_ cluster: SyncCluster) {
        self.init(cluster.cluster, cluster.monitor) { $0.connectionCount }
    }

    /// Long enough for the connections of a node without slots to be closed.
    func tickAfterRetirement() { tick(.now + ClusterMap<ConnectionPool>.retirementTime) }

    /// Asks the nodes for the map, and waits for what they say.
    func refresh() async throws {
        let start = Timestamp.now
        requestRefresh()
        #expect(try await eventually { refreshed() > start })
    }
}

extension ClientKind {
    /// Makes calls with a client that is closed at the end, and looks into it.
    func withClient<Result>(
        _ configuration: RedisClusterConfiguration, _ body: (AnyClient, ClusterInternals) async throws -> Result
    ) async throws -> Result {
        let (client, internals): (AnyClient, ClusterInternals)
        switch self {
        case .async:
            let cluster = try AsyncCluster(configuration)
            (client, internals) = (AnyClient(AsyncRedisClient(.cluster(cluster))), ClusterInternals(cluster))
        case .sync:
            let cluster = try SyncCluster(configuration)
            (client, internals) = (AnyClient(SyncRedisClient(.cluster(cluster))), ClusterInternals(cluster))
        }
        do {
            let result = try await body(client, internals)
            await client.close()
            return result
        } catch {
            await client.close()
            throw error
        }
    }
}
