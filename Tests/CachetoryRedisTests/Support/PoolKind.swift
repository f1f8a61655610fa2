import CachetoryRESP
import CachetoryRedis

/// The two kinds of pools, for tests that hold for both.
enum PoolKind: CaseIterable {
    case async, sync

    func open(_ configuration: RedisClientConfiguration) throws -> AnyPool {
        switch self {
        case .async: AnyPool(try ConnectionPool(configuration))
        case .sync: AnyPool(try SyncConnectionPool(configuration))
        }
    }

    /// Makes calls over a pool that is closed at the end.
    func withPool<Result: Sendable>(
        _ configuration: RedisClientConfiguration, _ body: @Sendable (AnyPool) async throws -> Result
    ) async throws -> Result {
        let pool = try open(configuration)
        do {
            let result = try await body(pool)
            await pool.close()
            return result
        } catch {
            await pool.close()
            throw error
        }
    }

    /// Makes one call over a pool of its own.
    func execute(_ command: RESPCommand, _ configuration: RedisClientConfiguration) async throws -> RESPReply {
        try await withPool(configuration) { try await $0.execute(command) }
    }

    /// The error of one call over a pool of its own.
    func error(_ command: RESPCommand, _ configuration: RedisClientConfiguration) async -> RedisCallError? {
        do {
            _ = try await execute(command, configuration)
            return nil
        } catch {
            return error as? RedisCallError
        }
    }
}
