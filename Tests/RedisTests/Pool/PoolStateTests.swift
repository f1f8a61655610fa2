import Redis
import Testing

@Suite struct PoolStateTests {
    /// A pool with these connections open.
    private func pool(
        _ members: FakeMember..., maxConnections: Int = 8, maxInFlight: Int = 1024
    ) -> PoolState<FakeMember> {
        var pool = PoolState<FakeMember>(maxConnections: maxConnections, maxInFlight: maxInFlight)
        for member in members {
            pool.startOpening()
            pool.finishOpening(member)
        }
        return pool
    }

    // MARK: - Shared leases

    @Test func `an empty pool has nothing to give`() {
        var pool = pool()
        #expect(pool.isEmpty)
        #expect(pool.take(.shared) == nil)
        #expect(pool.take(.exclusive) == nil)
    }

    @Test func `the least loaded connection is shared`() {
        var pool = pool(FakeMember("a", load: 3), FakeMember("b", load: 1), FakeMember("c", load: 2))
        #expect(pool.take(.shared)?.name == "b")
    }

    @Test func `at the limit in flight nothing is given`() {
        let member = FakeMember("a", load: 9)
        var pool = pool(member, maxInFlight: 10)
        #expect(pool.take(.shared) === member)
        member.load = 10
        #expect(pool.take(.shared) == nil)
    }

    @Test func `a silent connection is not given, and is again when it answers`() {
        let (silent, other) = (FakeMember("silent", isAvailable: false), FakeMember("other", load: 5))
        var pool = pool(silent, other)
        #expect(pool.take(.shared) === other)
        other.isAvailable = false
        #expect(pool.take(.shared) == nil)
        silent.isAvailable = true
        #expect(pool.take(.shared) === silent)
    }

    @Test func `a removed connection is not given`() {
        let (gone, other) = (FakeMember("gone"), FakeMember("other", load: 5))
        var pool = pool(gone, other)
        pool.remove(gone)
        #expect(pool.take(.shared) === other)
        #expect(pool.members.map(\.name) == ["other"])
    }

    // MARK: - Exclusive leases

    @Test func `an exclusive caller gets an idle connection, which then is nobody else's`() {
        let (busy, idle) = (FakeMember("busy", load: 1), FakeMember("idle"))
        var pool = pool(busy, idle)
        #expect(pool.take(.exclusive) === idle)
        #expect(pool.take(.exclusive) == nil)
        #expect(pool.take(.shared) === busy)
        busy.load = 1024
        #expect(pool.take(.shared) == nil)
        pool.giveBack(idle)
        #expect(pool.take(.shared) === idle)
    }

    @Test func `under load the least loaded connection gets idle for an exclusive caller`() {
        let (busy, busier) = (FakeMember("busy", load: 1), FakeMember("busier", load: 2))
        var pool = pool(busy, busier)
        #expect(pool.take(.exclusive) == nil)
        pool.drainForExclusive(true)
        #expect(pool.take(.shared) === busier)
        pool.drainForExclusive(true)
        #expect(pool.take(.shared) === busier)
        busy.load = 0
        #expect(pool.take(.shared) === busier)
        #expect(pool.take(.exclusive) === busy)
    }

    @Test func `a connection gets idle for nobody when the exclusive caller has gone`() {
        let (busy, busier) = (FakeMember("busy", load: 1), FakeMember("busier", load: 2))
        var pool = pool(busy, busier)
        pool.drainForExclusive(true)
        pool.drainForExclusive(false)
        #expect(pool.take(.shared) === busy)
    }

    @Test func `another connection gets idle when the first one falls silent`() {
        let (busy, busier) = (FakeMember("busy", load: 1), FakeMember("busier", load: 2))
        var pool = pool(busy, busier)
        pool.drainForExclusive(true)
        busy.isAvailable = false
        pool.drainForExclusive(true)
        busier.load = 0
        #expect(pool.take(.exclusive) === busier)
    }

    @Test func `with a limit of one in flight no connection is shared`() {
        let (first, second) = (FakeMember("first"), FakeMember("second"))
        var pool = pool(first, second, maxInFlight: 1)
        pool.take(.shared)?.load += 1
        pool.take(.shared)?.load += 1
        #expect([first.load, second.load] == [1, 1])
        #expect(pool.take(.shared) == nil)
    }

    // MARK: - Opening

    @Test func `the first connection is opened alone`() {
        var pool = pool()
        #expect(!pool.shouldOpen(waiting: 0))
        #expect(pool.shouldOpen(waiting: 2))
        pool.startOpening()
        #expect(!pool.shouldOpen(waiting: 2))
        pool.finishOpening(nil)
        #expect(pool.shouldOpen(waiting: 2))
    }

    @Test(arguments: [(connections: 1, depth: 64), (2, 512), (3, 4096)])
    func `another is opened only when the least loaded one is past the target depth`(connections: Int, depth: Int) {
        let least = FakeMember("least")
        var pool = pool(least)
        for number in 1..<connections {
            pool.startOpening()
            pool.finishOpening(FakeMember("\(number)", load: .max))
        }
        least.load = depth
        #expect(!pool.shouldOpen(waiting: 0))
        least.load += 1
        #expect(pool.shouldOpen(waiting: 0))
    }

    @Test func `a second one is opened for many bytes as well, and a third one is not`() {
        let (first, second) = (FakeMember("first", load: 2), FakeMember("second", load: 2))
        var pool = pool(first)
        first.bytesInFlight = 1 << 20
        #expect(!pool.shouldOpen(waiting: 0))
        #expect(pool.takeInPassing() === first)
        first.bytesInFlight += 1
        #expect(pool.shouldOpen(waiting: 0))
        #expect(pool.takeInPassing() == nil)
        second.bytesInFlight = 2 << 20
        pool.startOpening()
        pool.finishOpening(second)
        #expect(!pool.shouldOpen(waiting: 0))
        #expect(pool.takeInPassing() != nil)
    }

    @Test func `a connection that one caller has alone does not count for the others`() {
        let (lent, shared) = (FakeMember("lent"), FakeMember("shared", load: 65))
        var pool = pool(lent, shared)
        #expect(!pool.shouldOpen(waiting: 0))
        #expect(pool.take(.exclusive) === lent)
        #expect(pool.shouldOpen(waiting: 0))
    }

    @Test(arguments: [0, 1, 8, 1000, Int.max])
    func `a target depth is a number for any number of connections`(connections: Int) {
        #expect(PoolState<FakeMember>.targetDepth(connections: connections) >= 64)
    }

    @Test func `one at a time is opened in advance, two for those who wait`() {
        let member = FakeMember("a", load: 65)
        var pool = pool(member)
        pool.startOpening()
        #expect(!pool.shouldOpen(waiting: 0))
        #expect(pool.shouldOpen(waiting: 2))
        pool.startOpening()
        #expect(!pool.shouldOpen(waiting: 2))
    }

    @Test func `one who waits has one opened, not another one while that is under way`() {
        var pool = pool(FakeMember("silent"))
        #expect(pool.shouldOpen(waiting: 1))
        pool.startOpening()
        #expect(!pool.shouldOpen(waiting: 1))
        #expect(pool.shouldOpen(waiting: 2))
    }

    @Test func `there are never more than the limit, those under way counted`() {
        var pool = pool(FakeMember("a", load: .max), maxConnections: 2)
        #expect(pool.shouldOpen(waiting: 2))
        pool.startOpening()
        #expect(pool.opening == 1)
        #expect(!pool.shouldOpen(waiting: 2))
        pool.finishOpening(FakeMember("b", load: .max))
        #expect(!pool.shouldOpen(waiting: 2))
        pool.remove(pool.members[0])
        #expect(pool.shouldOpen(waiting: 2))
    }
}
