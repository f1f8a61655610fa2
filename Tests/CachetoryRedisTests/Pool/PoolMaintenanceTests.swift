import CachetoryRedis
import Testing

/// What is due for connections that nobody uses.
@Suite struct PoolMaintenanceTests {
    private static let start = Timestamp(nanoseconds: 1_000_000_000_000)

    private func seconds(_ count: Int) -> Timestamp { Self.start + .seconds(count) }

    private func pool(_ members: FakeMember..., retiresAt: Timestamp = .distantFuture) -> PoolState<FakeMember> {
        var pool = PoolState<FakeMember>(maxConnections: 8, maxInFlight: 10)
        for member in members {
            pool.startOpening()
            pool.finishOpening(member, retiresAt: retiresAt)
        }
        return pool
    }

    private func policy(_ change: (inout RedisClientConfiguration) -> Void) -> MaintenancePolicy {
        var configuration = RedisClientConfiguration()
        change(&configuration)
        return MaintenancePolicy(configuration)
    }

    @Test func `by default there is nothing to look after`() {
        var pool = pool(FakeMember("a", lastReply: Self.start))
        let policy = policy { _ in }
        #expect(!policy.isNeeded)
        #expect(policy.pause == nil)
        let due = pool.maintenance(policy, at: seconds(1_000_000))
        #expect(due.checks.isEmpty)
        #expect(due.next == .distantFuture)
        #expect(!pool.hasRetiring)
    }

    // MARK: - Idle for too long

    @Test func `idle connections are closed after their time, and not before`() {
        let (idle, used) = (FakeMember("idle", lastReply: Self.start), FakeMember("used", lastReply: seconds(5)))
        var pool = pool(idle, used)
        let policy = policy { $0.pool.idleTimeout = .seconds(10) }
        #expect(pool.maintenance(policy, at: seconds(9)).next == seconds(10))
        #expect(!pool.hasRetiring)
        #expect(pool.maintenance(policy, at: seconds(10)).next == seconds(15))
        #expect(pool.removeRetired().map(\.name) == ["idle"])
        #expect(pool.members.map(\.name) == ["used"])
        #expect(!pool.hasRetiring)
    }

    @Test func `the minimum stays open however idle`() {
        var pool = pool(
            FakeMember("a", lastReply: Self.start), FakeMember("b", lastReply: Self.start),
            FakeMember("c", lastReply: Self.start))
        let policy = policy {
            $0.pool.idleTimeout = .seconds(10)
            $0.pool.minConnections = 2
        }
        #expect(pool.maintenance(policy, at: seconds(11)).next == .distantFuture)
        #expect(pool.removeRetired().map(\.name) == ["a"])
        #expect(!pool.isBelow(2))
        #expect(pool.isBelow(3))
    }

    @Test func `a busy connection is not idle`() {
        let busy = FakeMember("busy", load: 1, lastReply: Self.start)
        var pool = pool(busy)
        let policy = policy { $0.pool.idleTimeout = .seconds(10) }
        #expect(pool.maintenance(policy, at: seconds(100)).next == seconds(110))
        #expect(!pool.hasRetiring)
    }

    // MARK: - Too old

    @Test func `one that is too old is given to nobody, and closed when its calls are over`() {
        let old = FakeMember("old", load: 1, lastReply: seconds(9))
        var pool = pool(old, retiresAt: seconds(10))
        let policy = policy { $0.pool.maxLifetime = .seconds(10) }
        #expect(pool.maintenance(policy, at: seconds(9)).next == seconds(10))
        _ = pool.maintenance(policy, at: seconds(10))
        #expect(pool.hasRetiring)
        #expect(pool.take(.shared, at: .now) == nil)
        #expect(pool.take(.exclusive, at: .now) == nil)
        #expect(pool.removeRetired().isEmpty)
        old.load = 0
        #expect(pool.take(.exclusive, at: .now) == nil)
        #expect(pool.removeRetired().map(\.name) == ["old"])
        #expect(pool.isEmpty)
    }

    @Test func `those that open together do not end together`() {
        let policy = policy { $0.pool.maxLifetime = .seconds(100) }
        let ends = (0..<200).map { _ in policy.retirement(at: Self.start) }
        #expect(ends.allSatisfy { $0 >= seconds(90) && $0 <= seconds(100) })
        #expect(Set(ends).count > 100)
    }

    // MARK: - Health checks

    @Test func `one that was silent for long is checked, by nobody else's leave`() {
        let silent = FakeMember("silent", lastReply: Self.start)
        var pool = pool(silent)
        let policy = policy { $0.healthCheckInterval = .seconds(10) }
        #expect(pool.maintenance(policy, at: seconds(9)).checks.isEmpty)
        #expect(pool.maintenance(policy, at: seconds(10)).checks.map(\.name) == ["silent"])
        #expect(pool.take(.shared, at: .now) == nil)
        #expect(pool.maintenance(policy, at: seconds(10)).checks.isEmpty)
        silent.lastReply = seconds(11)
        pool.giveBack(silent)
        #expect(pool.take(.shared, at: .now) === silent)
        #expect(pool.maintenance(policy, at: seconds(12)).next == seconds(21))
    }

    @Test func `a health check is no use of the connection`() {
        let idle = FakeMember("idle", lastReply: Self.start)
        var pool = pool(idle)
        let policy = policy {
            $0.healthCheckInterval = .seconds(10)
            $0.pool.idleTimeout = .seconds(15)
        }
        _ = pool.maintenance(policy, at: seconds(10))
        let idleSince = pool.idleSince(idle)
        idle.lastReply = seconds(11)
        pool.noteCheck(of: idle, idleSince: idleSince)
        pool.giveBack(idle)
        #expect(pool.maintenance(policy, at: seconds(11)).next == seconds(15))
        // A call is.
        idle.lastReply = seconds(12)
        #expect(pool.maintenance(policy, at: seconds(12)).next == seconds(22))
        _ = pool.maintenance(policy, at: seconds(15))
        #expect(!pool.hasRetiring)
    }
}
