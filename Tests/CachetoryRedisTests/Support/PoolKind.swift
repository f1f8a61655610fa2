import CachetoryRESP
import CachetoryRedis

/// The two kinds of pools, for tests that hold for both.
enum PoolKind: CaseIterable {
    case async, sync

    func open(_ configuration: RedisConfiguration) throws -> AnyPool {
        switch self {
        case .async: AnyPool(try ConnectionPool(configuration))
        case .sync: AnyPool(try SyncConnectionPool(configuration))
        }
    }

    /// Makes calls over a pool that is closed at the end.
    func withPool<Result: Sendable>(
        _ configuration: RedisConfiguration, _ body: @Sendable (AnyPool) async throws -> Result
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
    func execute(_ command: Command, _ configuration: RedisConfiguration) async throws -> RESPValue {
        try await withPool(configuration) { try await $0.execute(command) }
    }

    /// The error of one call over a pool of its own.
    func error(_ command: Command, _ configuration: RedisConfiguration) async -> RedisError? {
        do {
            _ = try await execute(command, configuration)
            return nil
        } catch {
            return error as? RedisError
        }
    }
}
