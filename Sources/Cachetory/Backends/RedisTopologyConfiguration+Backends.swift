package import CachetoryRedis

extension RedisTopologyConfiguration {
    package func makeAsyncBackend() throws -> AsyncRedisBackend {
        switch self {
        case .server(let configuration): try AsyncRedisBackend(configuration)
        case .cluster(let configuration): try AsyncRedisBackend(configuration)
        }
    }

    package func makeSyncBackend() throws -> SyncRedisBackend {
        switch self {
        case .server(let configuration): try SyncRedisBackend(configuration)
        case .cluster(let configuration): try SyncRedisBackend(configuration)
        }
    }
}
