import CachetoryRedis

/// The two kinds of clients, for tests that hold for both.
enum ClientKind: CaseIterable {
    case async, sync

    func open(_ configuration: RedisClusterConfiguration) throws -> AnyClient {
        switch self {
        case .async: AnyClient(try AsyncRedisClient(configuration))
        case .sync: AnyClient(try SyncRedisClient(configuration))
        }
    }

    func open(url: String) throws -> AnyClient {
        switch self {
        case .async: AnyClient(try AsyncRedisClient(url: url))
        case .sync: AnyClient(try SyncRedisClient(url: url))
        }
    }

    /// Makes calls with a client that is closed at the end.
    func withClient<Result>(
        _ configuration: RedisClusterConfiguration, _ body: (AnyClient) async throws -> Result
    ) async throws -> Result {
        let client = try open(configuration)
        do {
            let result = try await body(client)
            await client.close()
            return result
        } catch {
            await client.close()
            throw error
        }
    }
}
